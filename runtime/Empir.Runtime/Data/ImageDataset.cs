using System.Buffers.Binary;
using System.Security.Cryptography;
using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Data;

/// <summary>Labelled images, kept as bytes; batches of them are floats between 0 and 1.</summary>
public sealed class ImageDataset : IDisposable
{
    private readonly Tensor allImages;
    private readonly Tensor allLabels;
    private readonly Lazy<string> contentHash;

    /// <summary>Takes a copy of images and labels.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="classes">The classes' names; labels are indices into them.</param>
    /// <param name="shape">An image's channels, height and width.</param>
    /// <param name="images">The images, one after another, [N, C, H, W].</param>
    /// <param name="labels">The labels, [N].</param>
    /// <exception cref="ArgumentException">Sizes do not agree, or a label has no class.</exception>
    public ImageDataset(
        string name, IReadOnlyList<string> classes, (int Channels, int Height, int Width) shape, ReadOnlySpan<byte> images, ReadOnlySpan<byte> labels)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (images.Length != (long)labels.Length * shape.Channels * shape.Height * shape.Width)
            throw new ArgumentException($"{labels.Length} images of {shape} do not have {images.Length} bytes.", nameof(images));
        if (labels.IndexOfAnyExceptInRange((byte)0, (byte)(classes.Count - 1)) is >= 0 and var wrong)
            throw new ArgumentException($"Label {labels[wrong]} has no class.", nameof(labels));
        NativeLibraries.EnsureLoaded();
        (Name, Classes, Count) = (name, classes, labels.Length);
        (Channels, Height, Width) = shape;
        // A dataset lives as long as its owner wants, whatever scope it was made in.
        allImages = empty([Count, Channels, Height, Width], ScalarType.Byte).DetachFromDisposeScope();
        allLabels = empty([Count], ScalarType.Byte).DetachFromDisposeScope();
        images.CopyTo(allImages.bytes);
        labels.CopyTo(allLabels.bytes);
        contentHash = new Lazy<string>(ComputeHash);
    }

    /// <summary>The dataset's name.</summary>
    public string Name { get; }

    /// <summary>The classes' names; labels are indices into them.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many images there are.</summary>
    public int Count { get; }

    /// <summary>Channels of an image.</summary>
    public int Channels { get; }

    /// <summary>Height of an image in pixels.</summary>
    public int Height { get; }

    /// <summary>Width of an image in pixels.</summary>
    public int Width { get; }

    /// <summary>SHA-256 of shape, images and labels in hexadecimal: equal for equal content, whatever file it came from.</summary>
    public string Hash => contentHash.Value;

    /// <summary>Chosen images as floats in [0, 1], [n, C, H, W], and their labels as int64, [n].</summary>
    /// <param name="indices">Which images, in this order.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<long> indices, Device device)
    {
        using var chosen = tensor(indices.ToArray());
        using var images = allImages.index_select(0, chosen);
        using var labels = allLabels.index_select(0, chosen);
        return Convert(images, labels, device);
    }

    /// <summary>Neighbouring images as floats in [0, 1], [n, C, H, W], and their labels as int64, [n].</summary>
    /// <param name="first">The first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public (Tensor Images, Tensor Labels) Range(int first, int count, Device device)
    {
        using var images = allImages.narrow(0, first, count);
        using var labels = allLabels.narrow(0, first, count);
        return Convert(images, labels, device);
    }

    /// <summary>A copy of the first images, with a hash of its own.</summary>
    /// <param name="count">How many.</param>
    public ImageDataset First(int count) => new(
        Name, Classes, (Channels, Height, Width), allImages.bytes[..(count * Channels * Height * Width)], allLabels.bytes[..count]);

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        allImages.Dispose();
        allLabels.Dispose();
    }

    // The division happens on the CPU, so that every device gets the same bits.
    private static (Tensor, Tensor) Convert(Tensor images, Tensor labels, Device device)
    {
        using var scope = NewDisposeScope();
        var scaled = images.to(ScalarType.Float32).div_(255).to(device);
        return (scaled.MoveToOuterDisposeScope(), labels.to(ScalarType.Int64).to(device).MoveToOuterDisposeScope());
    }

    private string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        foreach (var size in (ReadOnlySpan<int>)[Count, Channels, Height, Width, Classes.Count])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, size);
            hash.AppendData(number);
        }
        hash.AppendData(allImages.bytes);
        hash.AppendData(allLabels.bytes);
        return System.Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
