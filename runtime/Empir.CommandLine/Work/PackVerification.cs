using Empir.Data;
using Empir.Ensembles;
using Empir.Packed;
using static TorchSharp.torch;

namespace Empir.CommandLine.Work;

/// <summary>The packed ensemble's decisions beside those of TorchSharp, image by image.</summary>
/// <param name="Images">How many images.</param>
/// <param name="Mismatches">How many were decided otherwise.</param>
/// <param name="First">The first of these, by index.</param>
internal sealed record PackVerification(int Images, int Mismatches, IReadOnlyList<int> First)
{
    private const int Shown = 10, Batch = 128;

    public static PackVerification Of(Ensemble ensemble, PackedEnsemble packed, ImageDataset test, int images, CancellationToken cancellation)
    {
        using var _ = no_grad();
        using var frozen = ensemble.Freeze();
        var different = new List<int>();
        for (var first = 0; first < images; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(Batch, images - first);
            var (x, _) = test.Range(first, count, CPU);
            var wanted = ensemble.Fusion.Decide(ensemble.Logits(x.to(ensemble.Device))).cpu().data<long>().ToArray();
            var classes = new int[count];
            packed.Predict(x.data<float>().ToArray(), classes);
            for (var i = 0; i < count; i++)
                if (classes[i] != wanted[i])
                    different.Add(first + i);
        }
        return new(images, different.Count, [.. different.Take(Shown)]);
    }
}
