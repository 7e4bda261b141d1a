using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>A small network and images whose number, shape and classes a seed decides.</summary>
internal sealed class AttackTask : IDisposable
{
    public AttackTask(int seed)
    {
        var random = new Random(seed);
        var (channels, height, width) = (random.Next(1, 4), random.Next(5, 10), random.Next(5, 10));
        (Count, Classes) = (random.Next(3, 7), random.Next(3, 8));
        Net = new(seed, channels, height, width, Classes);
        Surface = new(Net, "tiny");
        using var generator = new Generator((ulong)seed, CPU);
        Images = rand([Count, channels, height, width], generator: generator);
    }

    public int Count { get; }

    public int Classes { get; }

    public TinyNet Net { get; }

    public ClassifierSurface Surface { get; }

    public Tensor Images { get; }

    /// <summary>The network's own classes, but every so-many-th image is labelled otherwise: it is broken before the attack starts.</summary>
    public Tensor Labels(int wrongEvery = int.MaxValue)
    {
        using var mode = no_grad();
        var labels = Surface.Decide(Images);
        for (var i = 0L; i < Count; i += wrongEvery)
            if (wrongEvery < int.MaxValue)
                labels[i] = (labels[i] + 1) % Classes;
        return labels;
    }

    public void Dispose()
    {
        Images.Dispose();
        Net.Dispose();
    }
}
