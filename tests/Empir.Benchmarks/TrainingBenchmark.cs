using Empir.Data;
using Empir.Training;

namespace Empir.Benchmarks;

/// <summary>An epoch of the real trainer over random images: each member, and what quantising costs over the full-precision step.</summary>
internal static class TrainingBenchmark
{
    private const int Batch = 128, Steps = 10, Rounds = 7;

    public static IEnumerable<string> Run()
    {
        using var ensemble = new FashionEmpir();
        using var images = Noise();
        var members = ensemble.Card.Members.Zip(ensemble.Members).ToArray();
        var settings = FashionEmpir.Spec.Training with { Epochs = 1, BatchSize = Batch };
        var seconds = Timing.Medians(Rounds, [.. members.Select(member => (Action)(() =>
            new Trainer(member.First, settings, specHash: "").Train(member.Second, images)))]);
        var full = seconds[Array.FindIndex(members, member => member.Second.Card.IsFullPrecision)];

        yield return "| member | training, images/s | step, ratio to the full-precision step |";
        yield return "|---|---|---|";
        foreach (var ((card, _), time) in members.Zip(seconds))
            yield return FormattableString.Invariant($"| {card.Name} ({card.Network.Precision}) | {Batch * Steps / time:F0} | {time / full:F2} |");
    }

    private static ImageDataset Noise()
    {
        var random = new Random(1);
        var (pixels, labels) = (new byte[Batch * Steps * 28 * 28], new byte[Batch * Steps]);
        random.NextBytes(pixels);
        for (var i = 0; i < labels.Length; i++)
            labels[i] = (byte)random.Next(10);
        return new("noise", DatasetCatalogue.FashionClasses, (1, 28, 28), pixels, labels);
    }
}
