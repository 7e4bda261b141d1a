using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Empir.Data;

/// <summary>Where a dataset's pixels are kept: in memory, or in files that are read when they are asked for.</summary>
internal abstract class ImageStore : IDisposable
{
    /// <summary>How many images there are.</summary>
    public abstract int Count { get; }

    /// <summary>Chosen images as bytes, [n, C, H, W]; the caller's to dispose.</summary>
    /// <param name="indices">Which images, in this order.</param>
    /// <param name="cut">The part of each image as it is stored that is scaled to the dataset's size; null for what is evaluated.</param>
    public abstract Tensor Read(ReadOnlySpan<long> indices, ImageCutter? cut = null);

    /// <summary>The first images alone.</summary>
    /// <param name="count">How many.</param>
    public abstract ImageStore First(int count);

    /// <summary>Adds what tells these images from others.</summary>
    /// <param name="hash">The hash of the whole dataset.</param>
    public abstract void AppendTo(IncrementalHash hash);

    /// <inheritdoc />
    public abstract void Dispose();
}
