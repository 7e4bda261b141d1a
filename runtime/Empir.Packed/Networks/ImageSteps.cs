using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Networks;

/// <summary>From the caller's pixels [C, H, W] to a plane [H, W, C], as activations or as levels.</summary>
/// <param name="input">The images.</param>
/// <param name="target">What is written.</param>
/// <param name="activations">Whose levels; null for the pixels themselves.</param>
internal sealed unsafe class ImageStep(PackedInput input, Plane target, PackedActivations? activations) : Step
{
    // A byte's value is computed as the training data's is: divided by 255 in 32 bits.
    private readonly float[] values = [.. Enumerable.Range(0, 256).Select(pixel => (pixel / 255f * (input.Maximum - input.Minimum)) + input.Minimum)];
    private readonly byte[] levels = new byte[256];

    public override void Finish(int chunk)
    {
        for (var pixel = 0; activations is not null && pixel < levels.Length; pixel++)
            levels[pixel] = activations.Level(values[pixel]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        var area = input.Height * input.Width;
        var row = stackalloc byte[input.Width];
        for (var i = 0; i < chunk.Images; i++)
        {
            var first = (long)chunk.Indices[i] * input.Pixels;
            for (var y = 0; y < input.Height; y++)
            {
                var from = first + ((long)y * input.Width);
                var to = chunk.Pixel(target, i, y, 0);
                if (chunk.Floats != null && activations is not null && input.Channels == 3 && target.PixelBytes == 4)
                {
                    Three(chunk.Floats + from, area, to);
                    continue;
                }
                for (var c = 0; c < input.Channels; c++, from += area, to += target.ElementSize)
                {
                    if (chunk.Bytes != null)
                        Row(chunk.Bytes + from, to);
                    else if (activations is null)
                        Row(chunk.Floats + from, to);
                    else if (target.PixelBytes == 1)
                        activations.Levels(chunk.Floats + from, input.Width, to);
                    else
                    {
                        activations.Levels(chunk.Floats + from, input.Width, row);
                        for (var x = 0; x < input.Width; x++)
                            to[x * target.PixelBytes] = row[x];
                    }
                }
            }
        }
    }

    // Three channels laid out as four, sixteen pixels at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Three(float* from, int area, byte* to)
    {
        var (rule, highest, zero, range, x) = (activations!.Rule, activations.Highest, activations.Zero, activations.Range, 0);
        for (; x <= input.Width - 16; x += 16)
        {
            var red = PackedActivations.Levels(Vector512.Load(from + x), rule, highest, zero, range);
            var green = PackedActivations.Levels(Vector512.Load(from + area + x), rule, highest, zero, range);
            var blue = PackedActivations.Levels(Vector512.Load(from + (2 * area) + x), rule, highest, zero, range);
            (red | (green << 8) | (blue << 16) | Vector512.Create(zero << 24)).Store((int*)(to + (4 * x)));
        }
        for (; x < input.Width; x++)
        {
            for (var c = 0; c < 3; c++)
                to[(4 * x) + c] = activations.Level(from[(c * area) + x]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(byte* from, byte* to)
    {
        var step = target.PixelBytes;
        fixed (byte* table = levels)
        fixed (float* reals = values)
        {
            for (var x = 0; x < input.Width; x++, to += step)
            {
                if (activations is null)
                    *(float*)to = reals[from[x]];
                else
                    *to = table[from[x]];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(float* from, byte* to)
    {
        var step = target.PixelBytes;
        for (var x = 0; x < input.Width; x++, to += step)
            *(float*)to = from[x];
    }
}
