using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Networks;

/// <summary>From sums to activations in full precision: min(max(slope·sum + shift, minimum), maximum), channel by channel.</summary>
internal sealed unsafe class FloatEpilogue
{
    private readonly float[] slope, shift;
    private readonly float minimum, maximum;

    /// <param name="channels">C.</param>
    /// <param name="chain">Affine layers and then clips.</param>
    public FloatEpilogue(int channels, Chain chain)
    {
        slope = new float[channels];
        shift = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            var (a, b) = chain.Line(c);
            (slope[c], shift[c]) = ((float)a, (float)b);
        }
        (minimum, maximum) = chain.FinalClip()!.Value;
    }

    /// <summary>The activations of one pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* sums, int channels, float* values)
    {
        var c = 0;
        fixed (float* a = slope, b = shift)
        {
            var (low, high) = (Vector256.Create(minimum), Vector256.Create(maximum));
            for (; c <= channels - 8; c += 8)
                Vector256.Min(Vector256.Max((Vector256.Load(sums + c) * Vector256.Load(a + c)) + Vector256.Load(b + c), low), high).Store(values + c);
        }
        for (; c < channels; c++)
            values[c] = MathF.Min(MathF.Max((sums[c] * slope[c]) + shift[c], minimum), maximum);
    }

    /// <summary>The activations of one pixel from integer sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(int* sums, int channels, float* values)
    {
        var c = 0;
        fixed (float* a = slope, b = shift)
        {
            var (low, high) = (Vector256.Create(minimum), Vector256.Create(maximum));
            for (; c <= channels - 8; c += 8)
                Vector256.Min(Vector256.Max((Vector256.ConvertToSingle(Vector256.Load(sums + c)) * Vector256.Load(a + c)) + Vector256.Load(b + c), low), high).Store(values + c);
        }
        for (; c < channels; c++)
            values[c] = MathF.Min(MathF.Max((sums[c] * slope[c]) + shift[c], minimum), maximum);
    }
}
