using Empir.Ensembles;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Surfaces;

public class SurfaceTests
{
    [Fact]
    public void Mean_probabilities_scores_are_the_logarithm_of_the_mean_softmax()
    {
        using var ensemble = new SmallEnsemble();
        using var x = rand(5, 1, 28, 28);
        using var value = new MeanProbabilitiesSurface(ensemble).Evaluate(x);
        using var expected = ensemble.Logits(x).softmax(-1).mean([0]).log();

        Assert.True(value.Scores.allclose(expected, 1e-4, 1e-5));
    }

    [Fact]
    public void Mean_probabilities_keep_a_gradient_where_float_probabilities_underflow()
    {
        using var logits = tensor(new float[,,] { { { 300, 0, 0 } }, { { 300, 0, 0 } } }, requires_grad: true);
        using var surface = AnyEnsemble.Answering(logits);
        using var value = new MeanProbabilitiesSurface(surface).Evaluate(zeros(1, 1, 1, 1));
        using var loss = nn.functional.cross_entropy(value.Scores, tensor(new[] { 1L }));
        loss.backward();

        Assert.Equal(300, loss.ToDouble(), 0.5e-2);
        Assert.True(logits.grad!.abs().max().ToDouble() > 0.1);
    }

    [Fact]
    public void The_papers_voters_average_only_who_agreed_with_the_decision()
    {
        // Members 0 and 2 vote for class 1; member 1, for class 0, has no say.
        using var logits = tensor(new float[,,] { { { 0, 2 } }, { { 5, 0 } }, { { 0, 1 } } }, requires_grad: true);
        using var ensemble = AnyEnsemble.Answering(logits);
        using var value = new PaperVotersSurface(ensemble).Evaluate(zeros(1, 1, 1, 1));

        var expected = (Softmax(2) + Softmax(1)) / 2;
        Assert.Equal(expected, value.Scores[0, 1].ToDouble(), 0.5e-5);
        Assert.Equal(1, value.Decisions.item<long>());
        value.Scores[0, 1].backward();
        Assert.Equal([0f, 0], logits.grad![1, 0].data<float>().ToArray());

        static double Softmax(double margin) => 1 / (1 + Math.Exp(-margin));
    }

    public static TheoryData<string> OtherFusions => ["average", "max confidence", "ties to the mean", "ties to a low-precision member"];

    [Theory, MemberData(nameof(OtherFusions))]
    public void The_papers_voters_need_a_majority_with_ties_to_a_full_precision_member(string name)
    {
        Fusion fusion = name switch
        {
            "average" => new Average(FusedOutput.Logits),
            "max confidence" => new MaxConfidence(),
            "ties to the mean" => new Majority(TieBreak: null),
            _ => new Majority(TieBreak: 1),
        };
        using var ensemble = new AnyEnsemble(fusion, new SmallConvNet(1), new SmallConvNet(2, 2, 4));
        using var paper = new AnyEnsemble(new Majority(TieBreak: 0), new SmallConvNet(1), new SmallConvNet(2, 2, 4));

        var error = Assert.Throws<UserErrorException>(() => new PaperVotersSurface(ensemble));
        Assert.Contains("Use protocol white_box.", error.Message, StringComparison.Ordinal);
        Assert.Equal("paper_voters", new PaperVotersSurface(paper).Name);
    }

    [Fact]
    public void An_ensemble_surface_decides_by_the_fusion_and_not_by_its_scores()
    {
        // Mean probabilities favour class 0, two of three members vote for class 1.
        using var ensemble = AnyEnsemble.Answering(tensor(new float[,,] { { { 9, 0 } }, { { 0, 0.1f } }, { { 0, 0.1f } } }));
        using var value = new MeanProbabilitiesSurface(ensemble).Evaluate(zeros(1, 1, 1, 1));

        Assert.Equal(0, value.Scores.argmax(-1).item<long>());
        Assert.Equal(1, value.Decisions.item<long>());
    }
}
