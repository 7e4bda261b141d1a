using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Empir.Data;

/// <summary>Labelled images, kept as bytes in memory or in files; batches of them are floats between 0 and 1.</summary>
public sealed class ImageDataset : IDisposable
{
    private readonly ImageStore images;
    private readonly int[] labels;
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
        : this(name, classes, shape, Store(shape, images, labels.Length), Widened(labels))
    {
    }

    /// <summary>Takes over a store of images.</summary>
    internal ImageDataset(
        string name, IReadOnlyList<string> classes, (int Channels, int Height, int Width) shape, ImageStore images, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (labels.AsSpan().IndexOfAnyExceptInRange(0, classes.Count - 1) is >= 0 and var wrong)
            throw new ArgumentException($"Label {labels[wrong]} has no class.", nameof(labels));
        (Name, Classes, this.images, this.labels) = (name, classes, images, labels);
        (Channels, Height, Width) = shape;
        contentHash = new Lazy<string>(ComputeHash);
    }

    /// <summary>The dataset's name.</summary>
    public string Name { get; }

    /// <summary>The classes' names; labels are indices into them.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many images there are.</summary>
    public int Count => labels.Length;

    /// <summary>Channels of an image.</summary>
    public int Channels { get; }

    /// <summary>Height of an image in pixels.</summary>
    public int Height { get; }

    /// <summary>Width of an image in pixels.</summary>
    public int Width { get; }

    /// <summary>
    /// SHA-256 of shape, images and labels in hexadecimal: equal for equal content, whatever file it came from. Of images
    /// that stay in files it takes names, lengths and preprocessing for the content: reading them all may take an hour.
    /// </summary>
    public string Hash => contentHash.Value;

    /// <summary>Chosen images as floats in [0, 1], [n, C, H, W], and their labels as int64, [n].</summary>
    /// <param name="indices">Which images, in this order.</param>
    /// <param name="device">Where the tensors are to be.</param>
    /// <exception cref="UserErrorException">A file of the images is missing or damaged.</exception>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<long> indices, Device device) => Batch(indices, device, cut: null);

    /// <summary>The same of a part of each image as it is stored, scaled to the dataset's size.</summary>
    internal (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<long> indices, Device device, ImageCutter? cut)
    {
        using var scope = NewDisposeScope();
        // The division happens on the CPU, so that every device gets the same bits.
        var chosen = images.Read(indices, cut).to(ScalarType.Float32).Div_(255).to(device);
        var classes = new long[indices.Length];
        for (var i = 0; i < classes.Length; i++)
            classes[i] = labels[indices[i]];
        return (chosen.MoveToOuterDisposeScope(), tensor(classes).to(device).MoveToOuterDisposeScope());
    }

    /// <summary>Neighbouring images as floats in [0, 1], [n, C, H, W], and their labels as int64, [n].</summary>
    /// <param name="first">The first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="device">Where the tensors are to be.</param>
    /// <exception cref="UserErrorException">A file of the images is missing or damaged.</exception>
    public (Tensor Images, Tensor Labels) Range(int first, int count, Device device) =>
        Batch([.. Enumerable.Range(first, count).Select(index => (long)index)], device);

    /// <summary>A copy of the first images, with a hash of its own.</summary>
    /// <param name="count">How many.</param>
    public ImageDataset First(int count) => new(Name, Classes, (Channels, Height, Width), images.First(count), labels[..count]);

    /// <summary>Frees the images.</summary>
    public void Dispose() => images.Dispose();

    private static MemoryImages Store((int Channels, int Height, int Width) shape, ReadOnlySpan<byte> images, int count) =>
        images.Length == (long)count * shape.Channels * shape.Height * shape.Width
            ? new MemoryImages([count, shape.Channels, shape.Height, shape.Width], images)
            : throw new ArgumentException($"{count} images of {shape} do not have {images.Length} bytes.", nameof(images));

    private static int[] Widened(ReadOnlySpan<byte> labels)
    {
        var wide = new int[labels.Length];
        for (var i = 0; i < wide.Length; i++)
            wide[i] = labels[i];
        return wide;
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
        images.AppendTo(hash);
        // A byte per label where it fits, as the files of the small datasets have it.
        var width = Classes.Count <= 256 ? 1 : 4;
        var bytes = new byte[width * Count];
        for (var i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, labels[i]);
            number[..width].CopyTo(bytes.AsSpan(width * i));
        }
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
