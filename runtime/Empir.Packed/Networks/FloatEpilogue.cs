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

    /// <summary>The activations of some pixels.</summary>
    /// <param name="sums">Sums, channels one beside the other.</param>
    /// <param name="stride">Sums from one pixel to the next.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="values">Takes the activations, channels one beside the other.</param>
    /// <param name="places">Where from there each pixel's activations begin, in bytes.</param>
    /// <typeparam name="T">Integers or floats.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<T>(T* sums, int stride, int pixels, byte* values, int* places) where T : unmanaged
    {
        var (c, channels) = (0, slope.Length);
        fixed (float* a = slope, b = shift)
        {
            for (; Vector512.IsHardwareAccelerated && c <= channels - 16; c += 16)
            {
                var (slopes, shifts, low, high) = (Vector512.Load(a + c), Vector512.Load(b + c), Vector512.Create(minimum), Vector512.Create(maximum));
                var from = (nint)(sums + c);
                for (var p = 0; p < pixels; p++, from += stride * sizeof(T))
                    Vector512.MinNative(high, Vector512.MaxNative(low, (Load512((T*)from) * slopes) + shifts)).Store((float*)(values + places[p]) + c);
            }
            for (; c <= channels - 8; c += 8)
            {
                var (slopes, shifts, low, high) = (Vector256.Load(a + c), Vector256.Load(b + c), Vector256.Create(minimum), Vector256.Create(maximum));
                var from = (nint)(sums + c);
                for (var p = 0; p < pixels; p++, from += stride * sizeof(T))
                    Vector256.MinNative(high, Vector256.MaxNative(low, (Load256((T*)from) * slopes) + shifts)).Store((float*)(values + places[p]) + c);
            }
        }
        for (; c < channels; c++)
        {
            for (var p = 0; p < pixels; p++)
                ((float*)(values + places[p]))[c] = MathF.Min(MathF.Max((Load(sums + (p * stride) + c) * slope[c]) + shift[c], minimum), maximum);
        }
    }

    // The compiler sees which of the two it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load512<T>(T* from) where T : unmanaged =>
        typeof(T) == typeof(int) ? Vector512.ConvertToSingle(Vector512.Load((int*)from)) : Vector512.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load256<T>(T* from) where T : unmanaged =>
        typeof(T) == typeof(int) ? Vector256.ConvertToSingle(Vector256.Load((int*)from)) : Vector256.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Load<T>(T* from) where T : unmanaged => typeof(T) == typeof(int) ? *(int*)from : *(float*)from;
}
