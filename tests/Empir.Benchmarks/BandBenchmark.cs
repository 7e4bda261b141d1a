using Empir.Ensembles;
using Empir.Packed;
using Empir.Packing;
using static System.FormattableString;

namespace Empir.Benchmarks;

/// <summary>
/// One image, all members, with threads that share the pixels of long layers: a network of many pixels and few weights, and one
/// of few pixels, where every thread reads all the weights. Untrained, since time does not depend on what was learned.
/// </summary>
internal static class BandBenchmark
{
    private const int Rounds = 15;

    public static IEnumerable<string> Run()
    {
        int[] threads = [.. new[] { 1, 2, 4, 8 }.Where(count => count <= Environment.ProcessorCount)];
        yield return $"| one image, packed, milliseconds (ratio) | {string.Join(" | ", threads.Select(count => count == 1 ? "1 thread" : $"{count} threads share bands"))} |";
        yield return $"|---|{string.Concat(threads.Select(_ => "---|"))}";
        using var large = new MobileNetV2Empir();
        yield return Row(large, threads);
        using var small = new ResNet18Empir();
        yield return Row(small, threads);
    }

    private static string Row(Ensemble ensemble, int[] threads)
    {
        SetRanges(ensemble);
        var model = Packer.Pack(ensemble);
        var random = new Random(1);
        var image = Enumerable.Range(0, model.Input.Pixels).Select(_ => random.NextSingle()).ToArray();
        PackedEnsemble[] packed = [.. threads.Select(count => new PackedEnsemble(model, new() { Threads = count, LazyVote = false }))];
        try
        {
            var classes = new int[1];
            var seconds = Timing.Medians(Rounds, [.. packed.Select(one => (Action)(() => one.Predict(image, classes)))]);
            return Invariant($"| {model.Name}, {model.Input.Height}x{model.Input.Width} | {string.Join(" | ", seconds.Select(time => Invariant($"{1000 * time:F1} ({time / seconds[0]:F2})")))} |");
        }
        finally
        {
            foreach (var one in packed)
                one.Dispose();
        }
    }

    // A learned range begins with the first pass of training.
    private static void SetRanges(Ensemble ensemble)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var input = ensemble.Members[0].Card.Input;
        var images = torch.rand(2, input.Channels, input.Height, input.Width);
        foreach (var member in ensemble.Members)
            member.call(images);
    }
}
