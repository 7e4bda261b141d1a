using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Tests.Attacks;

namespace Empir.Tests.Evaluation;

public class LadderAndTransferTests
{
    private static readonly EvaluationSettings Settings =
        new(ThreatModel.Linf(0.05), [ProtocolName.WhiteBox]) { Ladder = true, Transfer = true };

    [Fact]
    public void The_ladder_climbs_until_nothing_is_left_and_stops()
    {
        using var ensemble = Members(Slopes(1), Slopes(2));
        var ladder = Evaluate(ensemble, Settings).Ladder!;

        Assert.Equal(RowKind.Clean, ladder[0].Kind);
        Assert.Equal(ladder.Skip(1).Select(row => row.Threat!.Epsilon).Order(), ladder.Skip(1).Select(row => row.Threat!.Epsilon));
        Assert.Contains(ladder, row => row.Threat?.Epsilon == 0.05);
        Assert.All(ladder[^1].Cells, cell => Assert.Equal(0, cell.Accuracy));
        Assert.Contains(ladder[^2].Cells, cell => cell.Accuracy > 0);
        Assert.True(ladder[^1].Threat!.Epsilon < 1);
    }

    [Fact]
    public void What_a_radius_broke_stays_broken_at_a_larger_one()
    {
        using var ensemble = Members(Slopes(1), Slopes(2));

        foreach (var (smaller, larger) in Evaluate(ensemble, Settings).Ladder!.Zip(Evaluate(ensemble, Settings).Ladder!.Skip(1)))
            for (var column = 0; column < 3; column++)
                Assert.DoesNotContain(smaller.Cells[column].Right.Zip(larger.Cells[column].Right), pair => pair is ('0', '1'));
    }

    [Fact]
    public void Where_no_perturbation_helps_it_ends_at_the_boxs_width()
    {
        using var ensemble = Members(new float[16], new float[16]);
        var ladder = Evaluate(ensemble, Settings).Ladder!;

        Assert.Equal(1, ladder[^1].Threat!.Epsilon);
        Assert.All(ladder[^1].Cells, cell => Assert.Equal(ladder[0].Cells[0].Accuracy, cell.Accuracy));
    }

    [Fact]
    public void A_ladder_from_radius_0_is_refused()
    {
        using var ensemble = Members(Slopes(1), Slopes(2));

        Assert.Throws<UserErrorException>(() => new Evaluator(ensemble, 7).Check(Settings with { Threat = ThreatModel.Linf(0) }));
    }

    [Fact]
    public void Images_of_one_member_break_its_twin_and_spare_its_opposite()
    {
        var slopes = Slopes(1);
        using var ensemble = Members(slopes, slopes, [.. slopes.Select(slope => -slope)]);
        var report = Evaluate(ensemble, Settings);
        var transfer = report.Transfer!;
        var clean = report.Protocols[0].Rows[0].Cells;

        Assert.Equal(["m0", "m1", "m2"], transfer.Select(row => row.Name));
        Assert.All(transfer, row => Assert.Equal(["m0", "m1", "m2", "Any"], row.Cells.Select(cell => cell.System)));
        Assert.All(transfer, row => Assert.All(row.Cells, cell => Assert.Equal(row.Name, cell.Surface)));
        Assert.True(transfer[0].Cells[0].Accuracy < clean[0].Accuracy);
        Assert.Equal(transfer[0].Cells[0].Right, transfer[0].Cells[1].Right);
        // Its opposite is right just where the member is wrong, and there it is driven further to the right side.
        Assert.Equal(clean[2].Right, transfer[0].Cells[2].Right);
    }

    [Fact]
    public void Killed_on_the_ladder_it_goes_on_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var ensemble = Members(Slopes(1), Slopes(2));
        var path = folder.File("unfinished.json");
        var whole = Evaluate(ensemble, Settings).ToJson();

        foreach (var table in new[] { "transfer", "ladder" })
        {
            using var source = new CancellationTokenSource();
            var progress = new Immediate<EvaluationProgress>(now =>
            {
                if (now.Protocol == table && now.Row != "clean" && now.Images == 100)
                    source.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => Evaluate(ensemble, Settings, progress, path, source.Token));
        }

        Assert.Equal(whole, Evaluate(ensemble, Settings, null, path).ToJson());
    }

    private static EvaluationReport Evaluate(
        AnyEnsemble ensemble, EvaluationSettings settings, IProgress<EvaluationProgress>? progress = null, string? path = null,
        CancellationToken cancellation = default)
    {
        using var images = Images();
        return new Evaluator(ensemble, 7).Run(
            settings, images, progress, path is null ? null : new(path, _ => { }), cancellation);
    }

    private static AnyEnsemble Members(params float[][] slopes) =>
        new(new Majority(0), [.. slopes.Select(slope => new LinearClassifier(slope, 0))]);

    // They sum to nothing, so that grey images lie near the boundary.
    private static float[] Slopes(int seed)
    {
        var random = new Random(seed);
        var half = Enumerable.Range(0, 8).Select(_ => 0.2f + (float)random.NextDouble()).ToArray();
        return [.. half, .. half.Select(slope => -slope)];
    }

    private static ImageDataset Images()
    {
        var random = new Random(5);
        var pixels = Enumerable.Range(0, 230 * 16).Select(_ => (byte)random.Next(100, 156)).ToArray();
        return new("noise", ["zero", "one"], (1, 4, 4), pixels, [.. Enumerable.Range(0, 230).Select(_ => (byte)random.Next(2))]);
    }
}
