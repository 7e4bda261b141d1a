using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;

namespace Empir.Tests.Evaluation;

public class ProtocolTests
{
    private static readonly ThreatModel Threat = ThreatModel.Linf(0.3);

    [Fact]
    public void The_papers_attacks_have_the_released_codes_parameters()
    {
        var protocol = Protocol.Paper(Threat);

        Assert.Equal(LabelPolicy.Predicted, protocol.Labels);
        Assert.Equal(
            [
                new CarliniWagnerL2
                {
                    Steps = 50, SearchSteps = 1, InitialConstant = 10, LearningRate = 0.1, Confidence = 0, Abort = EarlyAbort.WholeBatch, Shrink = 0.999999,
                },
                new Fgsm { Iterate = Iterate.Last },
                new Bim { Steps = 40, StepSize = 0.01, Iterate = Iterate.Last },
                new Pgd { Steps = 40, StepSize = 0.01, RandomStart = true, ClipStart = false, Iterate = Iterate.Last },
            ],
            protocol.Attacks.Select(attack => attack.Attack));
        Assert.Equal([double.PositiveInfinity, 0.3, 0.3, 0.3], protocol.Attacks.Select(attack => attack.Threat.Epsilon));
    }

    [Fact]
    public void White_box_never_stops_early_and_moves_away_from_the_true_label()
    {
        var protocol = Protocol.WhiteBox(Threat);

        Assert.Equal(LabelPolicy.True, protocol.Labels);
        Assert.Equal(EarlyAbort.Never, ((CarliniWagnerL2)protocol.Attacks[0].Attack).Abort);
        Assert.Equal([Iterate.Best, Iterate.Best, Iterate.Best], protocol.Attacks.Skip(1).Select(attack => attack.Attack switch
        {
            Fgsm fgsm => fgsm.Iterate,
            Bim bim => bim.Iterate,
            Pgd pgd => pgd.Iterate,
            _ => throw new InvalidOperationException(),
        }));
    }

    [Fact]
    public void Predicted_labels_push_a_wrong_image_into_its_true_class_and_true_labels_do_not()
    {
        // The only image is decided as class 0; its true class is 1, and any large step makes it that.
        using var ensemble = new AnyEnsemble(new Majority(0), new Attacks.LinearClassifier([.. Enumerable.Repeat(1f, 16)], -0.5f));
        using var images = new ImageDataset("one", ["zero", "one"], (1, 4, 4), new byte[16], [1]);
        var report = new Evaluator(ensemble, 1).Run(
            new(new(Norm.Linf, 0.3, -6, 6), [ProtocolName.Paper, ProtocolName.WhiteBox]), images);

        Assert.Equal(0, Accuracy("paper", "clean"));
        Assert.Equal(1, Accuracy("paper", "FGSM"));
        Assert.Equal(0, Accuracy("paper", "worst case"));
        Assert.Equal(0, Accuracy("white_box", "FGSM"));

        double Accuracy(string protocol, string row) =>
            report.Protocols.Single(one => one.Protocol == protocol).Rows.Single(one => one.Name == row).Cells[^1].Accuracy;
    }

    [Fact]
    public void The_papers_protocol_needs_a_majority_and_a_full_precision_member()
    {
        using var average = new AnyEnsemble(new Average(FusedOutput.Logits), new SmallConvNet(1), new SmallConvNet(2));
        using var low = new AnyEnsemble(new Majority(0), new SmallConvNet(1, 2, 4), new SmallConvNet(2, 2, 4));

        foreach (var ensemble in new[] { average, low })
            Assert.Throws<UserErrorException>(() => new Evaluator(ensemble, 1).Check(new(Threat, [ProtocolName.Paper])));
        new Evaluator(average, 1).Check(new(Threat, [ProtocolName.WhiteBox]));
    }
}
