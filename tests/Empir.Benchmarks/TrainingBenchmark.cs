using Empir.Data;
using Empir.Modules;
using Empir.Quantization;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>An epoch of the real trainer over random images: what it costs over a loop written by hand, and where the time goes.</summary>
internal static class TrainingBenchmark
{
    private const int Batch = 128, Steps = 10, Rounds = 7;

    public static IEnumerable<string> Run()
    {
        using var ensemble = new FashionEmpir();
        using var images = Noise();
        using var plain = new PlainTraining();
        var (x, y) = images.Batch([.. Enumerable.Range(0, Batch * Steps).Select(i => (long)i)], CPU);
        using var pixels = x;
        using var labels = y;
        var settings = FashionEmpir.Spec.Training with { Epochs = 1, BatchSize = Batch };
        var members = ensemble.Card.Members.Zip(ensemble.Members).ToArray();
        (string Name, Action Epoch)[] rows =
        [
            .. members.Select(member => ($"{member.First.Name} ({member.First.Network.Precision})", (Action)(() => Train(member.First, member.Second)))),
            ("the full network, a plain TorchSharp loop", () => plain.Run(pixels, labels, Batch)),
        ];

        var seconds = Timing.Medians(Rounds, [.. rows.Select(row => row.Epoch)]);
        var (full, byHand) = (seconds[Array.FindIndex(members, member => member.Second.Card.IsFullPrecision)], seconds[^1]);
        yield return "| trained | images/s | step, ratio to the full-precision step | to the plain loop's |";
        yield return "|---|---|---|---|";
        foreach (var ((name, _), time) in rows.Zip(seconds))
            yield return FormattableString.Invariant(
                $"| {name} | {Batch * Steps / time:F0} | {time / full:F2} | {time / byHand:F2} |");

        yield return "";
        foreach (var line in Parts(members, pixels, labels, seconds))
            yield return line;

        void Train(MemberCard card, Classifier network) => new Trainer(card, settings, specHash: "").Train(network, images);
    }

    // Each column is what a loop takes longer than the one that ends a column earlier.
    private static IEnumerable<string> Parts((MemberCard Card, Classifier Network)[] members, Tensor pixels, Tensor labels, double[] seconds)
    {
        yield return "| share of a step | quantising weights, forward only | rest of the forward pass | backward | Adam | all else |";
        yield return "|---|---|---|---|---|---|";
        for (var member = 0; member < members.Length; member++)
        {
            var network = members[member].Network;
            network.train();
            using var optimizer = optim.Adam(network.parameters(), 0.001);
            var times = Timing.Medians(
                Rounds,
                () => Each(_ => Quantize(network)), () => Each(batch => Loss(network, batch)), () => Each(batch => Loss(network, batch).backward()),
                () => Each(batch =>
                {
                    optimizer.zero_grad();
                    Loss(network, batch).backward();
                    optimizer.step();
                }));
            var total = Math.Max(seconds[member], times[^1]);
            yield return FormattableString.Invariant(
                $"| {members[member].Card.Name} | {times[0] / total:P0} | {(times[1] - times[0]) / total:P0} | {(times[2] - times[1]) / total:P0} | {(times[3] - times[2]) / total:P0} | {(total - times[3]) / total:P0} |");
        }

        static void Each(Action<long> step)
        {
            for (var batch = 0L; batch < Steps; batch++)
            {
                using var scope = NewDisposeScope();
                step(batch * Batch);
            }
        }

        Tensor Loss(Classifier network, long first) =>
            nn.functional.cross_entropy(network.call(pixels.narrow(0, first, Batch)), labels.narrow(0, first, Batch));
    }

    private static void Quantize(Classifier network)
    {
        foreach (var layer in network.modules().OfType<QuantizedLayer>())
            layer.QuantizedWeight().Dispose();
    }

    /// <summary>Random images, enough for every step.</summary>
    public static ImageDataset Noise()
    {
        var random = new Random(1);
        var (pixels, labels) = (new byte[Batch * Steps * 28 * 28], new byte[Batch * Steps]);
        random.NextBytes(pixels);
        for (var i = 0; i < labels.Length; i++)
            labels[i] = (byte)random.Next(10);
        return new("noise", DatasetCatalogue.FashionClasses, (1, 28, 28), pixels, labels);
    }
}
