using System.Text.Json.Serialization;
using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Surfaces;
using Empir.Tests.Attacks;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation;

/// <summary>What the adaptive protocol consists of, and how its tables are filled.</summary>
public sealed class AdaptiveTests : IDisposable
{
    private const int Count = 230;

    private static readonly ThreatModel Threat = ThreatModel.Linf(0.04);

    private readonly AnyEnsemble ensemble = new(new Majority(0), Classifier(1), Classifier(2), Classifier(3));
    private readonly ImageDataset test = Images("noise");

    public void Dispose()
    {
        ensemble.Dispose();
        test.Dispose();
    }

    [Fact]
    public void Every_surface_is_attacked_cheap_attacks_first()
    {
        using var small = new SmallEnsemble();

        Assert.Equal(
            [
                "APGD-CE", "PGD", "APGD-T", "FAB-T", "corner search", "Square", "noise",
                "APGD-CE on vote_margin", "APGD-CE on sum_of_margins", "APGD-CE on mean_probabilities", "APGD-CE on mean_logits", "APGD-CE on reweighted_members",
                "APGD-DLR on vote_margin", "APGD-DLR on sum_of_margins", "APGD-DLR on mean_probabilities", "APGD-DLR on mean_logits", "APGD-DLR on reweighted_members",
                "APGD-CE on mean_probabilities+temperature", "APGD-CE on mean_logits+temperature", "APGD-CE on reweighted_members+temperature",
                "APGD-CE on vote_margin+leaky_clip", "APGD-CE on mean_probabilities+leaky_clip",
                "APGD-DLR on vote_margin+leaky_clip", "APGD-DLR on mean_probabilities+leaky_clip",
                "APGD-CE on member_low_a", "APGD-CE on member_low_b", "APGD-CE on member_full",
                "PGD from low_a", "PGD from low_b", "PGD from full",
                "PGD on vote_margin", "PGD on mean_probabilities",
                "APGD-T on vote_margin", "APGD-T on sum_of_margins", "APGD-T on mean_probabilities", "APGD-T on mean_logits", "APGD-T on reweighted_members",
                "APGD-T on member_low_a", "APGD-T on member_low_b", "APGD-T on member_full",
                "FAB-T on vote_margin", "FAB-T on sum_of_margins", "FAB-T on mean_probabilities", "FAB-T on mean_logits", "FAB-T on reweighted_members",
                "FAB-T on member_low_a", "FAB-T on member_low_b", "FAB-T on member_full",
                "corner search on vote_margin",
                "Square on vote_margin", "Square on sum_of_margins", "Square on mean_probabilities", "Square on mean_logits", "Square on reweighted_members",
                "noise on vote_margin",
            ],
            Protocol.Adaptive(Threat, small).Attacks.Select(attack => attack.Row));
    }

    [Fact]
    public void Its_attacks_have_the_published_parameters()
    {
        var protocol = Protocol.Adaptive(Threat, ensemble);

        Assert.Equal(
            new AutoAttack().Attacks.Concat([new Pgd { Steps = 100, StepSize = 0.001, Restarts = 5 }, new RandomNoise { Draws = 10_000 }, new CornerSearch()]).ToHashSet(),
            protocol.Attacks.Where(attack => attack.OnMembers).Select(attack => attack.Attack).ToHashSet());
        Assert.Equal(LabelPolicy.True, protocol.Labels);
        Assert.All(protocol.Attacks, attack => Assert.Equal(Threat, attack.Threat));
        var transfer = protocol.Attacks.Select(attack => attack.Attack).OfType<Transfer>().ToArray();
        Assert.Equal(["m0", "m1", "m2"], transfer.Select(attack => attack.Source.Name));
        Assert.All(transfer, attack => Assert.Equal(Iterate.Last, ((Pgd)attack.Attack).Iterate));
    }

    [Theory, InlineData(1, 13, "vote_margin sum_of_margins"), InlineData(4, 2, "vote_margin")]
    public void Between_thresholds_is_searched_where_every_member_reads_one_bit(int bits, int places, string surfaces)
    {
        using var voters = new AnyEnsemble(new Majority(null), new SmallConvNet(1, 2, bits), new SmallConvNet(2, 2, bits), new SmallConvNet(3, 2, bits));
        var corners = Protocol.Adaptive(Threat, voters).Attacks.Where(attack => attack.Attack is CornerSearch).ToArray();

        Assert.Equal(new CornerSearch(), corners.Single(attack => attack.OnMembers).Attack);
        var vote = corners.Where(attack => !attack.OnMembers).ToArray();
        Assert.All(vote, attack => Assert.Equal(places, ((CornerSearch)attack.Attack).Places));
        Assert.Equal(surfaces, string.Join(' ', vote.Select(attack => attack.EnsembleSurface!(voters).Name)));
    }

    public static TheoryData<Fusion, string> Agreeing => new()
    {
        { new Majority(null), "vote_margin" },
        { new Average(FusedOutput.Logits), "mean_logits" },
        { new Average(FusedOutput.Probabilities), "mean_probabilities" },
        { new Weighted(FusedOutput.Logits, [1, 2]), "fused_scores" },
        { new MaxConfidence(), "fused_scores" },
    };

    [Theory, MemberData(nameof(Agreeing))]
    public void Queries_ask_the_surface_that_agrees_with_the_fusion(Fusion fusion, string surface)
    {
        using var fused = new AnyEnsemble(fusion, Classifier(1), Classifier(2));
        var rows = Protocol.Adaptive(Threat, fused).Attacks.Where(attack => !attack.OnMembers).Select(attack => attack.Row).ToArray();

        Assert.Contains($"Square on {surface}", rows);
        Assert.Contains($"noise on {surface}", rows);
        Assert.Equal(rows.Distinct(), rows);
        Assert.DoesNotContain(rows, row => row.Contains("leaky", StringComparison.Ordinal));
        Assert.All(new[] { "sum_of_margins", "mean_probabilities", "mean_logits", "reweighted_members" }, name => Assert.Contains($"APGD-T on {name}", rows));
    }

    [Fact]
    public void An_image_that_is_broken_is_not_attacked_again_and_survivors_fill_batches()
    {
        var attempts = new List<int>();
        var rows = Fill(Reduced(exhaustive: false, attempts.Add)).Rows;
        var expected = new List<int>();
        var left = rows[0].Cells.ToDictionary(cell => cell.System, cell => cell.Right);

        foreach (var cell in rows.Where(row => row.Kind == RowKind.Attack).SelectMany(row => row.Cells))
        {
            var survivors = left[cell.System].Count(image => image == '1');
            Assert.Equal(survivors, cell.Tried);
            Assert.DoesNotContain(left[cell.System].Zip(cell.Right), pair => pair is ('0', '1'));
            left[cell.System] = cell.Right;
            expected.AddRange(Enumerable.Repeat(100, survivors / 100).Concat(survivors % 100 > 0 ? [survivors % 100] : []));
        }
        Assert.Equal(expected, attempts);
        Assert.Equal(rows[^1].Cells.Select(cell => cell.Right), left.Values);
        Assert.Contains(rows.SelectMany(row => row.Cells), cell => cell.Tried is > 0 and < 100);
        Assert.True(rows[1].Cells[0].Tried > 100);
    }

    [Fact]
    public void Exhaustive_rows_stand_alone_and_the_same_images_are_left()
    {
        var survivorsOnly = Fill(Reduced(exhaustive: false));
        var exhaustive = Fill(Reduced(exhaustive: true));

        Assert.True(survivorsOnly.Cumulative);
        Assert.False(exhaustive.Cumulative);
        foreach (var cell in exhaustive.Rows.Where(row => row.Kind == RowKind.Attack).SelectMany(row => row.Cells))
            Assert.Equal(exhaustive.Rows[0].Cells.Single(clean => clean.System == cell.System).Right.Count(image => image == '1'), cell.Tried);
        Assert.Equal(survivorsOnly.Rows[^1].Cells.Select(cell => cell.Right), exhaustive.Rows[^1].Cells.Select(cell => cell.Right));
        // One of the later attacks alone leaves an image that an earlier one broke: the union is no attack's own row.
        Assert.Contains(exhaustive.Rows.Skip(2).SkipLast(1).SelectMany(row => row.Cells), cell =>
            cell.Accuracy > exhaustive.Rows[^1].Cells.Single(worst => worst.System == cell.System).Accuracy);
    }

    [Fact]
    public void Killed_after_every_single_batch_it_comes_to_the_same_bits_and_repeats_none()
    {
        using var folder = new TemporaryFolder();
        var (whole, attempts) = (new List<int>(), new List<int>());
        var expected = Fill(Reduced(exhaustive: false, whole.Add));

        ProtocolResult? result = null;
        while (result is null)
        {
            var unfinished = new UnfinishedEvaluation(folder.File("unfinished.json"), _ => { });
            unfinished.Open("task");
            using var source = new CancellationTokenSource();
            try
            {
                result = Fill(Reduced(exhaustive: false, attempts.Add), new Immediate<EvaluationProgress>(_ => source.Cancel()), unfinished, cancellation: source.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Equal(Formats.MachineJson.Of(expected), Formats.MachineJson.Of(result));
        Assert.Equal(whole, attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_smaller_radius_broke_is_broken_at_a_larger_one(bool exhaustive)
    {
        var smaller = Fill(Reduced(exhaustive));
        var larger = Fill(Reduced(exhaustive, radius: 0.06), smaller: smaller);
        var alone = Fill(Reduced(exhaustive, radius: 0.06));

        foreach (var column in Enumerable.Range(0, 4))
        {
            var (name, worst) = (smaller.Rows[^1].Cells[column].System, smaller.Rows[^1].Cells[column].Right);
            var first = larger.Rows.Skip(1).SelectMany(row => row.Cells).First(cell => cell.System == name);
            Assert.Contains('1', worst);
            Assert.Equal(exhaustive ? larger.Rows[0].Cells[column].Right.Count(image => image == '1') : worst.Count(image => image == '1'), first.Tried);
            Assert.Equal(
                string.Concat(worst.Zip(alone.Rows[^1].Cells[column].Right, (one, other) => one == '1' && other == '1' ? '1' : '0')),
                larger.Rows[^1].Cells[column].Right);
        }
    }

    [Fact]
    public void An_evaluation_has_a_table_for_each_radius_the_smaller_first()
    {
        using var mnist = Images("mnist");
        var report = new Evaluator(ensemble, 7).Run(new(ThreatModel.Linf(0.4), [ProtocolName.WhiteBox, ProtocolName.Adaptive], 20), mnist);

        Assert.Equal([("white_box", 0.4), ("adaptive", 0.3), ("adaptive", 0.4)], report.Protocols.Select(result => (result.Protocol, result.Rows[^1].Threat!.Epsilon)));
        // Nothing is left at 0.3, so that 0.4 has nothing to do.
        Assert.All(report.Protocols[2].Rows.SelectMany(row => row.Cells), cell => Assert.Equal(0, cell.Tried));
    }

    [Theory]
    [InlineData("mnist", 0.1, new[] { 0.1, 0.3 })]
    [InlineData("fashion_mnist", 0.5, new[] { 0.3, 0.5 })]
    [InlineData("fashion_mnist_subset", 0.3, new[] { 0.3 })]
    [InlineData("cifar10", 0.1, new[] { 8 / 255.0, 0.1 })]
    [InlineData("cifar10", 0.03137, new[] { 0.03137 })]
    [InlineData("flowers", 0.1, new[] { 0.1 })]
    public void Radii_are_the_usual_one_and_the_specs_smaller_first(string dataset, double epsilon, double[] radii)
    {
        var settings = new EvaluationSettings(ThreatModel.Linf(epsilon), [ProtocolName.Adaptive]);

        Assert.Equal(radii, UsualRadius.Threats(settings, dataset).Select(threat => threat.Epsilon));
        Assert.Equal([epsilon], UsualRadius.Threats(settings with { AtUsualRadius = false }, dataset).Select(threat => threat.Epsilon));
    }

    [Fact]
    public void Progress_rises_to_the_end_and_counts_images_that_are_attacked()
    {
        var told = new List<EvaluationProgress>();
        var rows = Fill(Reduced(exhaustive: false), new Immediate<EvaluationProgress>(told.Add)).Rows;

        Assert.Equal(told.Select(step => step.Done).Order(), told.Select(step => step.Done));
        Assert.Equal(1, told[^1].Done, 0.5e-6);
        Assert.All(told.Where(step => step.Row != "clean"), step =>
            Assert.Equal(rows.Single(row => row.Name == step.Row).Cells.Single(cell => cell.System == step.System).Tried, step.CellImages));
    }

    [Fact]
    public void An_unbounded_threat_is_the_users_mistake() =>
        Assert.Throws<UserErrorException>(() => Protocol.Adaptive(ThreatModel.Linf(double.PositiveInfinity), ensemble));

    // Weak attacks in the adaptive protocol's clothes, so that several have something to break.
    private Protocol Reduced(bool exhaustive, Action<int>? told = null, double radius = 0.04)
    {
        var threat = ThreatModel.Linf(radius);
        return Protocol.Adaptive(threat, ensemble, exhaustive) with
        {
            Attacks =
            [
                new(new Told(new RandomNoise { Draws = 3 }, told), threat, null),
                new(new Told(new RandomNoise { Draws = 30 }, told), threat, null) { Row = "more noise" },
                new(new Told(new Pgd { Steps = 2 }, told), threat, null),
                new(new Told(new Fgsm(), told), threat, whole => new MemberSurface(whole, 0)) { Row = "FGSM on member_m0", OnMembers = false },
                new(new Told(new RandomNoise { Draws = 30 }, told), threat, whole => new VoteMarginSurface(whole)) { Row = "noise on vote_margin", OnMembers = false },
                new(new Told(new Pgd { Steps = 3 }, told), threat, whole => new VoteMarginSurface(whole)) { Row = "PGD on vote_margin", OnMembers = false },
            ],
        };
    }

    private ProtocolResult Fill(
        Protocol protocol, IProgress<EvaluationProgress>? progress = null, UnfinishedEvaluation? unfinished = null, ProtocolResult? smaller = null,
        CancellationToken cancellation = default)
    {
        var systems = EvaluatedSystem.Of(ensemble);
        var table = new ProtocolTable(protocol, systems, Count);
        var run = new EvaluationRun(test, CPU, 7, new(table.KnownWork + (Count * systems.Sum(system => system.Networks))), progress, unfinished, cancellation);
        table.Announce(run);
        return table.Fill(run, new("clean", RowKind.Clean, null, null, [.. systems.Select(run.Clean)]), smaller is null ? [] : [smaller]);
    }

    private static LinearClassifier Classifier(int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, 16).Select(i => (i < 8 ? 1 : -1) * (0.5f + (float)random.NextDouble()))], 0.01f * seed);
    }

    // Labelled as most members see it, and at all distances from the boundary.
    private static ImageDataset Images(string name)
    {
        var random = new Random(5);
        var (pixels, labels) = (new byte[Count * 16], new byte[Count]);
        for (var image = 0; image < Count; image++)
        {
            labels[image] = (byte)(image % 2);
            for (var pixel = 0; pixel < 16; pixel++)
                pixels[(image * 16) + pixel] = (byte)(128 + random.Next(-40, 40) + ((pixel < 8) == (labels[image] == 1) ? image / 16 : -image / 16));
        }
        return new(name, ["zero", "one"], (1, 4, 4), pixels, labels);
    }

    // Says how many images each run was given.
    private sealed record Told(Attack Inner, [property: JsonIgnore] Action<int>? Tell) : Attack
    {
        public override string Name => Inner.Name;

        public override int GradientSteps => Inner.GradientSteps;

        protected override Tensor Perturb(AttackRun run)
        {
            Tell?.Invoke((int)run.Images.shape[0]);
            return Perturb(Inner, run);
        }
    }
}
