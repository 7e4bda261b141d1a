using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Networks;

/// <summary>A step that computes every row of one plane from the same row of others; a row's activations lie side by side.</summary>
internal abstract unsafe class ValueStep(Plane target) : Step
{
    protected Plane Target => target;

    /// <summary>Values of a row.</summary>
    protected int Count => target.Shape.Width * target.Shape.Channels;

    /// <summary>Computes a row.</summary>
    protected abstract void Compute(in Chunk chunk, int image, int y, byte* to);

    /// <summary>Sums of two; the target may be one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void Add(float* first, float* second, int count, float* to)
    {
        var c = 0;
        for (; c <= count - Vector256<float>.Count; c += Vector256<float>.Count)
            (Vector256.Load(first + c) + Vector256.Load(second + c)).Store(to + c);
        for (; c < count; c++)
            to[c] = first[c] + second[c];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        for (var i = 0; i < chunk.Images; i++)
        {
            for (var y = 0; y < target.Shape.Height; y++)
                Compute(chunk, i, y, chunk.Pixel(target, i, y, 0));
        }
    }
}

/// <summary>Activations to levels, or to activations that have only the values of levels.</summary>
internal sealed unsafe class QuantizeStep(Plane input, Plane target, PackedActivations activations) : ValueStep(target)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(in Chunk chunk, int image, int y, byte* to)
    {
        var from = chunk.Float(input, image, y, 0);
        var (all, channels, step) = (Count, Target.Shape.Channels, Target.ChannelStride);
        // Levels of a pixel may be filled up.
        var each = step == channels ? all : channels;
        for (var k = 0; Target.ElementSize == 1 && k < all; k += each, to += step)
            activations.Levels(from + k, each, to);
        for (var k = 0; Target.ElementSize > 1 && k < all; k++)
            ((float*)to)[k] = activations.Value(activations.Level(from[k]));
    }
}

/// <summary>One layer without weights, value by value.</summary>
internal sealed unsafe class ElementwiseStep(Plane input, Plane target, FloatEpilogue? line, float slope) : ValueStep(target)
{
    private readonly int[] pixels = [.. Enumerable.Range(0, target.Shape.Width).Select(x => x * target.PixelBytes)];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(in Chunk chunk, int image, int y, byte* to)
    {
        var from = chunk.Float(input, image, y, 0);
        if (line is null)
        {
            Leaky(from, Count, (float*)to);
            return;
        }
        fixed (int* places = pixels)
            line.Apply(from, Target.Shape.Channels, pixels.Length, to, places);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Leaky(float* from, int count, float* to)
    {
        var c = 0;
        for (; c <= count - Vector256<float>.Count; c += Vector256<float>.Count)
        {
            var value = Vector256.Load(from + c);
            Vector256.ConditionalSelect(Vector256.GreaterThan(value, Vector256<float>.Zero), value, value * slope).Store(to + c);
        }
        for (; c < count; c++)
            to[c] = from[c] > 0 ? from[c] : from[c] * slope;
    }
}

/// <summary>The sum of several activations, from the first on.</summary>
internal sealed unsafe class AddStep(Plane[] inputs, Plane target) : ValueStep(target)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(in Chunk chunk, int image, int y, byte* to)
    {
        new ReadOnlySpan<float>(chunk.Float(inputs[0], image, y, 0), Count).CopyTo(new Span<float>(to, Count));
        foreach (var input in inputs.AsSpan(1))
            Add((float*)to, chunk.Float(input, image, y, 0), Count, (float*)to);
    }
}

/// <summary>Several activations side by side along the channels.</summary>
internal sealed unsafe class ConcatStep(Plane[] inputs, Plane target) : ValueStep(target)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(in Chunk chunk, int image, int y, byte* to)
    {
        foreach (var input in inputs)
        {
            var bytes = input.PixelBytes;
            var from = chunk.Pixel(input, image, y, 0);
            for (var x = 0; x < input.Shape.Width; x++, from += bytes)
                Buffer.MemoryCopy(from, to + ((nint)x * Target.PixelBytes), bytes, bytes);
            to += bytes;
        }
    }
}

/// <summary>[H, W, C] to a vector in the order [C, H, W].</summary>
internal sealed unsafe class FlattenStep(Plane input, Plane target) : Step
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        for (var i = 0; i < chunk.Images; i++)
        {
            if (target.ElementSize == 1)
                Flatten(chunk.Pixel(input, i, 0, 0), chunk.Pixel(target, i, 0, 0));
            else
                Flatten(chunk.Float(input, i, 0, 0), chunk.Float(target, i, 0, 0));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Flatten<T>(T* from, T* to) where T : unmanaged
    {
        var (channels, height, width) = (input.Shape.Channels, input.Shape.Height, input.Shape.Width);
        var (row, pixel, area) = (input.RowBytes / sizeof(T), input.ChannelStride, height * width);
        for (var y = 0; y < height; y++, from += row)
        {
            for (var x = 0; x < width; x++, to++)
            {
                var own = from + ((nint)x * pixel);
                for (var c = 0; c < channels; c++)
                    to[(nint)c * area] = own[c];
            }
        }
    }
}

/// <summary>Pixels around the image and zeros beside its channels.</summary>
internal sealed unsafe class PadStep(Plane input, Plane target, PackedPad layer) : ValueStep(target)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(in Chunk chunk, int image, int y, byte* to)
    {
        var (shape, row) = (input.Shape, Source(y - layer.Top, input.Shape.Height));
        var values = new Span<float>(to, Count);
        values.Clear();
        for (var x = 0; row >= 0 && x < Target.Shape.Width; x++)
        {
            if (Source(x - layer.Left, shape.Width) is var column and >= 0)
                new ReadOnlySpan<float>(chunk.Float(input, image, row, column), shape.Channels).CopyTo(values[((x * Target.Shape.Channels) + layer.Front)..]);
        }
    }

    // Which of so many rows or columns a place takes; negative where it takes zeros.
    private int Source(int place, int size) => (uint)place < (uint)size ? place : layer.Mode switch
    {
        PackedPadMode.Reflect => place < 0 ? -place : (2 * (size - 1)) - place,
        PackedPadMode.Replicate => Math.Clamp(place, 0, size - 1),
        PackedPadMode.Circular => place < 0 ? place + size : place - size,
        _ => -1,
    };
}

/// <summary>A bias of its own at every position.</summary>
internal sealed unsafe class PositionBiasStep : ValueStep
{
    private readonly Plane input;
    private readonly float[] bias;

    /// <param name="input">Activations.</param>
    /// <param name="target">What is written.</param>
    /// <param name="bias">[C, H, W].</param>
    public PositionBiasStep(Plane input, Plane target, float[] bias) : base(target)
    {
        this.input = input;
        var (channels, pixels) = (target.Shape.Channels, target.Shape.Height * target.Shape.Width);
        this.bias = [.. Enumerable.Range(0, bias.Length).Select(i => bias[((i % channels) * pixels) + (i / channels)])];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(in Chunk chunk, int image, int y, byte* to)
    {
        fixed (float* own = bias)
            Add(chunk.Float(input, image, y, 0), own + ((nint)y * Count), Count, (float*)to);
    }
}
