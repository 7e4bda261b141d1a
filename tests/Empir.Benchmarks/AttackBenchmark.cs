using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>PGD-40 without dropping broken images, so that every image pays for every step.</summary>
internal static class AttackBenchmark
{
    private const int Batch = 100, Rounds = 4;

    public static IEnumerable<string> Run()
    {
        using var ensemble = new FashionEmpir();
        using var images = rand(Batch, 1, 28, 28);
        using var labels = ensemble.Predict(images);
        var surfaces = ensemble.Members.Zip(ensemble.Card.Members, (member, card) => (Surface)new ClassifierSurface(member, card.Name))
            .Append(new MeanProbabilitiesSurface(ensemble)).ToArray();
        var seconds = Timing.Medians(Rounds, [.. surfaces.Select(surface => (Action)(() => Attack(surface, images, labels)))]);
        var full = seconds[Array.FindIndex(surfaces, surface => surface.Name == "full")];

        yield return "| attacked | PGD-40, seconds per 1,000 images | ratio to the full-precision member |";
        yield return "|---|---|---|";
        foreach (var (surface, time) in surfaces.Zip(seconds))
            yield return $"| {(surface is ClassifierSurface ? surface.Name : "ensemble, " + surface.Name)} | {time * 1000 / Batch:F1} | {time / full:F2} |";
    }

    public static void Attack(Surface surface, Tensor images, Tensor labels) =>
        new Pgd { Iterate = Iterate.Last }.Run(surface, ThreatModel.Linf(0.3), images, labels).Dispose();
}
