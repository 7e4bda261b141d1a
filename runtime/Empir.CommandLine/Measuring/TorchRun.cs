using Empir.Ensembles;
using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.CommandLine.Measuring;

/// <summary>Decisions by TorchSharp on images in memory: weights frozen once, no gradients, batch after batch.</summary>
internal sealed class TorchRun : IDisposable
{
    private readonly Tensor images;

    /// <param name="pixels">[N, C, H, W].</param>
    /// <param name="input">The shape of an image.</param>
    public TorchRun(float[] pixels, InputCard input)
    {
        using var flat = tensor(pixels);
        images = flat.view(-1, input.Channels, input.Height, input.Width).DetachFromDisposeScope();
    }

    /// <summary>The classes one member gives the first images.</summary>
    public void Member(Classifier member, int count, int batch)
    {
        using var frozen = member.Freeze();
        Each(count, batch, x => member.call(x).argmax(-1));
    }

    /// <summary>The ensemble's decisions on the first images.</summary>
    public int[] Decide(Ensemble ensemble, int count, int batch)
    {
        using var frozen = ensemble.Freeze();
        var classes = new List<int>(count);
        Each(count, batch, x => ensemble.Fusion.Decide(ensemble.Logits(x)), decided => classes.AddRange(decided.Select(one => (int)one)));
        return [.. classes];
    }

    /// <inheritdoc />
    public void Dispose() => images.Dispose();

    private void Each(int count, int batch, Func<Tensor, Tensor> decide, Action<long[]>? take = null)
    {
        using var _ = no_grad();
        for (var first = 0; first < count; first += batch)
        {
            using var scope = NewDisposeScope();
            var classes = decide(images.narrow(0, first, Math.Min(batch, count - first))).data<long>().ToArray();
            take?.Invoke(classes);
        }
    }
}
