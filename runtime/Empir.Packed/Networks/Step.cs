using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>One pass over a chunk of images.</summary>
internal abstract unsafe class Step
{
    /// <summary>Which kernel runs it; null for a pass that has only one form.</summary>
    public virtual string? Kernel => null;

    /// <summary>What it costs for one image, in cycles: the measure by which members are ordered.</summary>
    public virtual double Cycles => 0;

    /// <summary>Bytes it needs beside the planes.</summary>
    public virtual long ScratchBytes => 0;

    /// <summary>Packed weights, once it is finished; whoever disposes the network disposes them.</summary>
    public AlignedMemory[] Packed { get; protected set; } = [];

    /// <summary>Makes what every run reads: called before the first one, when every plane has its place.</summary>
    public virtual void Finish(int chunk) { }

    /// <summary>Bytes that every thread reads which takes a share of a chunk, with scratch of its own; null where threads cannot.</summary>
    public virtual long? SharedBytes => null;

    /// <summary>Runs it.</summary>
    public abstract void Run(in Chunk chunk);
}

/// <summary>The images a step works on.</summary>
internal readonly unsafe struct Chunk
{
    public Chunk() { }

    public required byte* Memory { get; init; }

    /// <summary>The step's own bytes.</summary>
    public required byte* Scratch { get; init; }

    /// <summary>Number of images, at most the network's chunk.</summary>
    public required int Images { get; init; }

    /// <summary>The caller's images, [N, C, H, W], as bytes; null where they are floats.</summary>
    public byte* Bytes { get; init; }

    /// <summary>The caller's images, [N, C, H, W], as floats; null where they are bytes.</summary>
    public float* Floats { get; init; }

    /// <summary>Which of the caller's images these are.</summary>
    public required int* Indices { get; init; }

    /// <summary>Which share of the work this is, of how many.</summary>
    public int Part { get; init; }

    /// <inheritdoc cref="Part" />
    public int Parts { get; init; } = 1;

    /// <summary>The share's first of so many items, and the one after its last; shares begin at multiples of a unit.</summary>
    public (int From, int To) Share(int count, int unit)
    {
        var units = ((long)count + unit - 1) / unit;
        return ((int)Math.Min(units * Part / Parts * unit, count), (int)Math.Min(units * (Part + 1) / Parts * unit, count));
    }

    /// <summary>An image's first byte, border included.</summary>
    public byte* Image(Plane plane, int image) => Memory + plane.Offset + ((long)image * plane.ImageBytes);

    /// <summary>A pixel's first value.</summary>
    public byte* Pixel(Plane plane, int image, int y, int x) => Image(plane, image) + plane.At(y, x);

    /// <summary>A pixel's first value, as a float.</summary>
    public float* Float(Plane plane, int image, int y, int x) => (float*)Pixel(plane, image, y, x);
}
