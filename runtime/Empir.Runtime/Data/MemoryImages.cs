using System.Security.Cryptography;
using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Data;

/// <summary>Images kept in memory as bytes.</summary>
internal sealed class MemoryImages : ImageStore
{
    private readonly Tensor images;

    /// <summary>Takes a copy of images, one after another, [N, C, H, W].</summary>
    public MemoryImages(long[] shape, ReadOnlySpan<byte> bytes)
    {
        NativeLibraries.EnsureLoaded();
        // A dataset lives as long as its owner wants, whatever scope it was made in.
        images = empty(shape, ScalarType.Byte).DetachFromDisposeScope();
        bytes.CopyTo(images.bytes);
    }

    public override int Count => (int)images.shape[0];

    public override Tensor Read(ReadOnlySpan<long> indices, ImageCutter? cut = null)
    {
        if (cut is null)
        {
            using var chosen = tensor(indices.ToArray());
            return images.index_select(0, chosen);
        }
        var (channels, height, width) = ((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        var size = channels * height * width;
        var batch = empty([indices.Length, channels, height, width], ScalarType.Byte);
        for (var i = 0; i < indices.Length; i++)
        {
            using var image = images[indices[i]];
            ImageScaler.Cut(ImagePixels.OfPlanes(image.bytes, channels, height, width), cut(indices[i], height, width), height, width, batch.bytes.Slice(i * size, size));
        }
        return batch;
    }

    public override ImageStore First(int count)
    {
        long[] shape = [count, .. images.shape[1..]];
        return new MemoryImages(shape, images.bytes[..(int)shape.Aggregate(1L, (product, n) => product * n)]);
    }

    public override void AppendTo(IncrementalHash hash) => hash.AppendData(images.bytes);

    public override void Dispose() => images.Dispose();
}
