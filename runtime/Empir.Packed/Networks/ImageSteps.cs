using System.Runtime.CompilerServices;

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
        for (var i = 0; i < chunk.Images; i++)
        {
            var first = (long)chunk.Indices[i] * input.Pixels;
            for (var c = 0; c < input.Channels; c++)
            {
                for (var y = 0; y < input.Height; y++)
                {
                    var from = first + ((long)c * area) + ((long)y * input.Width);
                    var to = chunk.Pixel(target, i, y, 0) + (c * target.ElementSize);
                    if (chunk.Bytes != null)
                        Row(chunk.Bytes + from, to);
                    else
                        Row(chunk.Floats + from, to);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(byte* from, byte* to)
    {
        for (var x = 0; x < input.Width; x++, to += target.PixelBytes)
        {
            if (activations is null)
                *(float*)to = values[from[x]];
            else
                *to = levels[from[x]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(float* from, byte* to)
    {
        for (var x = 0; x < input.Width; x++, to += target.PixelBytes)
        {
            if (activations is null)
                *(float*)to = from[x];
            else
                *to = activations.Level(from[x]);
        }
    }
}
