using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>One Adam step on 128 images: each member, and what quantising costs over the full-precision step.</summary>
internal static class TrainingBenchmark
{
    private const int Batch = 128, Steps = 10, Rounds = 7;

    public static IEnumerable<string> Run()
    {
        using var ensemble = new FashionEmpir();
        var members = ensemble.Card.Members.Zip(ensemble.Members).ToArray();
        using var images = rand(Batch, 1, 28, 28);
        using var labels = randint(0, 10, [Batch], ScalarType.Int64);
        var seconds = Timing.Medians(Rounds, [.. members.Select(member => Trainer(member.Second, images, labels))]);
        var full = seconds[Array.FindIndex(members, member => member.Second.Card.IsFullPrecision)];

        yield return "| member | training, images/s | step, ratio to the full-precision step |";
        yield return "|---|---|---|";
        foreach (var ((card, _), time) in members.Zip(seconds))
            yield return $"| {card.Name} ({card.Network.Precision}) | {Batch * Steps / time:F0} | {time / full:F2} |";
    }

    private static Action Trainer(Classifier member, Tensor images, Tensor labels)
    {
        var optimizer = optim.Adam(member.parameters(), 0.001);
        member.train();
        return () =>
        {
            for (var step = 0; step < Steps; step++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                nn.functional.cross_entropy(member.call(images), labels).backward();
                optimizer.step();
            }
        };
    }
}
