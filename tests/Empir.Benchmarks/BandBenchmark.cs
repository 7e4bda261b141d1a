using Empir.Packed;
using Empir.Packing;
using static System.FormattableString;

namespace Empir.Benchmarks;

/// <summary>One image of a network whose layers are long enough for threads to share their pixels: ResNet-18 with its first weights, all members.</summary>
internal static class BandBenchmark
{
    private const int Rounds = 15;

    public static IEnumerable<string> Run()
    {
        using var ensemble = new ResNet18Empir();
        var model = Packer.Pack(ensemble);
        var random = new Random(1);
        var image = Enumerable.Range(0, model.Input.Pixels).Select(_ => random.NextSingle()).ToArray();
        int[] threads = [.. new[] { 1, 2, 4, 8 }.Where(count => count <= Environment.ProcessorCount)];
        PackedEnsemble[] packed = [.. threads.Select(count => new PackedEnsemble(model, new() { Threads = count, LazyVote = false }))];
        try
        {
            var classes = new int[1];
            var seconds = Timing.Medians(Rounds, [.. packed.Select(one => (Action)(() => one.Predict(image, classes)))]);
            yield return "| one image, packed ResNet18Empir, untrained | milliseconds | ratio |";
            yield return "|---|---|---|";
            foreach (var (count, time) in threads.Zip(seconds))
                yield return Invariant($"| {count} thread{(count == 1 ? "" : "s share the bands of long layers")} | {1000 * time:F2} | {time / seconds[0]:F2} |");
        }
        finally
        {
            foreach (var one in packed)
                one.Dispose();
        }
    }
}
