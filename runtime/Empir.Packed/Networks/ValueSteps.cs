using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Networks;

/// <summary>A step that computes every pixel of one plane from the same pixel of others.</summary>
internal abstract unsafe class ValueStep(Plane target) : Step
{
    protected Plane Target => target;

    /// <summary>Computes a pixel.</summary>
    protected abstract void Compute(in Chunk chunk, int image, int y, int x, byte* to);

    /// <summary>A pixel's sums; the target may be one of the two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void Add(float* first, float* second, int count, float* to)
    {
        var c = 0;
        for (; c <= count - Vector256<float>.Count; c += Vector256<float>.Count)
            (Vector256.Load(first + c) + Vector256.Load(second + c)).Store(to + c);
        for (; c < count; c++)
            to[c] = first[c] + second[c];
    }

    public override void Run(in Chunk chunk)
    {
        for (var i = 0; i < chunk.Images; i++)
        {
            for (var y = 0; y < target.Shape.Height; y++)
            {
                for (var x = 0; x < target.Shape.Width; x++)
                    Compute(chunk, i, y, x, chunk.Pixel(target, i, y, x));
            }
        }
    }
}

/// <summary>Activations to levels, or to activations that have only the values of levels.</summary>
internal sealed unsafe class QuantizeStep(Plane input, Plane target, PackedActivations activations) : ValueStep(target)
{
    protected override void Compute(in Chunk chunk, int image, int y, int x, byte* to)
    {
        var from = chunk.Float(input, image, y, x);
        if (Target.ElementSize == 1)
            activations.Levels(from, Target.Shape.Channels, to);
        for (var c = 0; Target.ElementSize > 1 && c < Target.Shape.Channels; c++)
            ((float*)to)[c] = activations.Value(activations.Level(from[c]));
    }
}

/// <summary>One layer without weights, value by value.</summary>
internal sealed unsafe class ElementwiseStep(Plane input, Plane target, FloatEpilogue? line, float slope) : ValueStep(target)
{
    protected override void Compute(in Chunk chunk, int image, int y, int x, byte* to)
    {
        var from = chunk.Float(input, image, y, x);
        var values = (float*)to;
        if (line is not null)
        {
            var place = 0;
            line.Apply(from, 0, 1, to, &place);
        }
        else
            Leaky(from, Target.Shape.Channels, values);
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
    protected override void Compute(in Chunk chunk, int image, int y, int x, byte* to)
    {
        var values = new Span<float>(to, Target.Shape.Channels);
        new ReadOnlySpan<float>(chunk.Float(inputs[0], image, y, x), values.Length).CopyTo(values);
        foreach (var input in inputs.AsSpan(1))
            Add((float*)to, chunk.Float(input, image, y, x), values.Length, (float*)to);
    }
}

/// <summary>Several activations side by side along the channels.</summary>
internal sealed unsafe class ConcatStep(Plane[] inputs, Plane target) : ValueStep(target)
{
    protected override void Compute(in Chunk chunk, int image, int y, int x, byte* to)
    {
        foreach (var input in inputs)
        {
            var bytes = input.Shape.Channels * sizeof(float);
            Buffer.MemoryCopy(chunk.Float(input, image, y, x), to, bytes, bytes);
            to += bytes;
        }
    }
}

/// <summary>[H, W, C] to a vector in the order [C, H, W].</summary>
internal sealed unsafe class FlattenStep(Plane input, Plane target) : Step
{
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
    protected override void Compute(in Chunk chunk, int image, int y, int x, byte* to)
    {
        var shape = input.Shape;
        var values = new Span<float>(to, Target.Shape.Channels);
        values.Clear();
        var (row, column) = (Source(y - layer.Top, shape.Height), Source(x - layer.Left, shape.Width));
        if (row >= 0 && column >= 0)
            new ReadOnlySpan<float>(chunk.Float(input, image, row, column), shape.Channels).CopyTo(values[layer.Front..]);
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

    protected override void Compute(in Chunk chunk, int image, int y, int x, byte* to)
    {
        var channels = Target.Shape.Channels;
        fixed (float* own = bias)
            Add(chunk.Float(input, image, y, x), own + ((((nint)y * Target.Shape.Width) + x) * channels), channels, (float*)to);
    }
}
