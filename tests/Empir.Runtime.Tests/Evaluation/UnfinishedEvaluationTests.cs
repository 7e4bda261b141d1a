using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Native;
using Empir.Tests.Attacks;

namespace Empir.Tests.Evaluation;

/// <summary>An evaluation of two linear classifiers and their vote on 230 images, killed here and there.</summary>
public sealed class UnfinishedEvaluationTests : IDisposable
{
    // Three clean cells, all images, and four attacks on each system's right ones: more than one batch and at most two.
    private const int Batches = 3 * 3 + 3 * 4 * 2;

    private static readonly EvaluationSettings Settings = new(ThreatModel.Linf(0.05), [ProtocolName.WhiteBox]);

    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];
    private readonly AnyEnsemble ensemble = new(new Majority(0), Classifier(1), Classifier(2));
    private readonly ImageDataset test = Images();

    private string Path => folder.File("evaluation.unfinished.json");

    public void Dispose()
    {
        ensemble.Dispose();
        test.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(Batches)]
    public void Killed_after_any_batch_it_goes_on_to_the_same_bits_and_repeats_none(int batches)
    {
        var whole = Run(Settings, unfinished: null).Report.ToJson();

        RunUntil(batches);
        var (report, done) = Run(Settings, Unfinished());

        Assert.Equal(Batches - batches, done);
        Assert.Equal(whole, report.ToJson());
        Assert.Contains("going on", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_again_and_again_it_comes_to_the_same_end()
    {
        var whole = Run(Settings, unfinished: null).Report.ToJson();

        for (var kills = 0; kills < 2; kills++)
            RunUntil(11);
        var (report, done) = Run(Settings, Unfinished());

        Assert.Equal(Batches - 22, done);
        Assert.Equal(whole, report.ToJson());
    }

    [Fact]
    public void Work_on_other_weights_settings_or_seed_is_discarded_and_the_difference_named()
    {
        RunUntil(2);
        using var other = new AnyEnsemble(new Majority(0), Classifier(1), Classifier(3));

        Discards(() => Run(Settings with { Threat = ThreatModel.Linf(0.06) }, Unfinished()), "\"epsilon\": 0.05, now \"epsilon\": 0.06");
        Discards(() => Run(Settings with { Images = 120 }, Unfinished()), "\"images\": 230, now \"images\": 120");
        Discards(() => Run(Settings, Unfinished(), seed: 8), "\"seed\": 7, now \"seed\": 8");
        Discards(() => Run(Settings, Unfinished(), seed: 7, other), "weights_sha256");
        Discards(() => Run(Settings with { Protocols = [ProtocolName.Paper] }, Unfinished()), "\"name\": \"white_box\", now \"name\": \"paper\"");

        void Discards(Action run, string difference)
        {
            var kept = File.ReadAllText(Path);
            said.Clear();
            run();
            Assert.Contains(difference, Assert.Single(said), StringComparison.Ordinal);
            File.WriteAllText(Path, kept);
        }
    }

    [LinuxFact]
    public void A_file_that_cannot_be_read_is_a_mistake_of_the_place_and_stays()
    {
        File.WriteAllText(Path, "another process has it");
        using (new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var error = Assert.Throws<UserErrorException>(() => Run(Settings, Unfinished()));
            Assert.StartsWith($"{Path} cannot be read: ", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal("another process has it", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    public void A_damaged_file_is_named_and_ignored(string content)
    {
        File.WriteAllText(Path, content);

        Assert.Equal(Batches, Run(Settings, Unfinished()).Batches);
        Assert.Equal($"{Path} is damaged; it is ignored and the evaluation starts from its beginning.", Assert.Single(said));
    }

    [Fact]
    public void A_flipped_result_or_a_cut_file_is_damage_too()
    {
        RunUntil(4);
        var whole = File.ReadAllText(Path);
        var right = whole.IndexOf("\"right\": \"", StringComparison.Ordinal) + 10;

        foreach (var damaged in new[] { $"{whole[..right]}{(whole[right] == '1' ? '0' : '1')}{whole[(right + 1)..]}", whole[..(whole.Length / 2)] })
        {
            said.Clear();
            File.WriteAllText(Path, damaged);
            Assert.Equal(Batches, Run(Settings, Unfinished()).Batches);
            Assert.Contains("is damaged", Assert.Single(said), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Removed_it_is_gone_and_said_nothing()
    {
        var unfinished = Unfinished();
        Run(Settings, unfinished);
        Assert.True(File.Exists(Path));

        unfinished.Remove();

        Assert.False(File.Exists(Path));
        Assert.Empty(said);
    }

    private UnfinishedEvaluation Unfinished() => new(Path, said.Add);

    private void RunUntil(int batches)
    {
        using var source = new CancellationTokenSource();
        var done = 0;
        var progress = new Immediate<EvaluationProgress>(_ =>
        {
            if (++done == batches)
                source.Cancel();
        });
        try
        {
            new Evaluator(ensemble, seed: 7).Run(Settings, test, progress, Unfinished(), source.Token);
        }
        catch (OperationCanceledException)
        {
        }
        Assert.Equal(batches, done);
        said.Clear();
    }

    private (EvaluationReport Report, int Batches) Run(
        EvaluationSettings settings, UnfinishedEvaluation? unfinished, long seed = 7, AnyEnsemble? other = null)
    {
        var batches = 0;
        var report = new Evaluator(other ?? ensemble, seed).Run(settings, test, new Immediate<EvaluationProgress>(_ => batches++), unfinished);
        return (report, batches);
    }

    private static LinearClassifier Classifier(int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, 16).Select(_ => (float)(random.NextDouble() - 0.5))], 0.01f);
    }

    private static ImageDataset Images()
    {
        var random = new Random(5);
        var pixels = new byte[230 * 16];
        random.NextBytes(pixels);
        return new("noise", ["zero", "one"], (1, 4, 4), pixels, [.. Enumerable.Range(0, 230).Select(_ => (byte)random.Next(2))]);
    }
}
