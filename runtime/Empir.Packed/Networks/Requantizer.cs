using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Networks;

/// <summary>
/// From a layer's integer sums to the next layer's levels, exactly as double precision does it. Everything between the two is
/// monotone in the sum, so channel by channel 2^bits - 1 integer thresholds decide the level. They are found by bisection, which
/// begins where the line before rounding crosses. One fused multiply-add per channel takes their place where it is shown to cross
/// every threshold at the same integer; it does not have to be the exact function elsewhere.
/// </summary>
internal sealed unsafe class Requantizer
{
    // Adding 1.5·2^23 to a float of less than 2^22 rounds it to the nearest integer, halves to even, and leaves that in the low bits.
    private const float Magic = 12_582_912;
    private const int MagicBits = 0x4B400000;

    private readonly float[] slope, shift;
    private readonly int[] thresholds;
    private readonly bool[] falls;
    private readonly int highest;

    /// <param name="channels">C.</param>
    /// <param name="lowest">The smallest sum.</param>
    /// <param name="largest">The largest sum.</param>
    /// <param name="activations">The next layer's quantiser.</param>
    /// <param name="chain">What the next layer's input is, by channel and sum; monotone.</param>
    public Requantizer(int channels, int lowest, int largest, PackedActivations activations, Chain chain)
    {
        highest = activations.Highest;
        slope = new float[Padded(channels)];
        shift = new float[Padded(channels)];
        thresholds = new int[channels * highest];
        falls = new bool[channels];
        IsAffine = true;
        for (var c = 0; c < channels; c++)
        {
            var (value, line) = (chain.Value(c), Line(chain, c, activations));
            Func<int, int> level = sum => activations.Level(value(sum));
            falls[c] = level(lowest) > level(largest);
            for (var t = 1; t <= highest; t++)
                thresholds[(c * highest) + t - 1] = Threshold(level, t, lowest, largest, falls[c], (t - 0.5 - line.Shift) / line.Slope);
            IsAffine &= TryFit(c, lowest, largest, line, level);
        }
    }

    /// <summary>Whether one multiply-add per channel takes the place of the thresholds.</summary>
    public bool IsAffine { get; private set; }

    /// <summary>Levels of some pixels.</summary>
    /// <param name="sums">Sums, channels one beside the other.</param>
    /// <param name="stride">Sums from one pixel to the next.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="levels">Takes the levels, channels one beside the other.</param>
    /// <param name="places">Where from there each pixel's levels begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(int* sums, int stride, int pixels, byte* levels, int* places)
    {
        var (c, channels) = (0, falls.Length);
        fixed (float* a = slope, b = shift)
        {
            if (IsAffine && Avx512F.IsSupported)
            {
                var top = Vector512.Create(highest);
                for (; c <= channels - 16; c += 16)
                {
                    var (slopes, shifts, from, to) = (Vector512.Load(a + c), Vector512.Load(b + c), (nint)(sums + c), (nint)(levels + c));
                    for (var p = 0; p < pixels; p++, from += stride * sizeof(int))
                    {
                        // The conversion rounds as Magic does.
                        var value = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(Vector512.Load((int*)from)), slopes, shifts);
                        var level = Vector512.Min(Vector512.Max(Avx512F.ConvertToVector512Int32(value), Vector512<int>.Zero), top);
                        Avx512F.ConvertToVector128Byte(level).Store((byte*)to + places[p]);
                    }
                }
            }
            for (; IsAffine && c <= channels - 8; c += 8)
            {
                var (magic, top) = (Vector256.Create(Magic), Vector256.Create(highest));
                var (slopes, shifts, from, to) = (Vector256.Load(a + c), Vector256.Load(b + c), (nint)(sums + c), (nint)(levels + c));
                for (var p = 0; p < pixels; p++, from += stride * sizeof(int))
                {
                    var value = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Vector256.Load((int*)from)), slopes, shifts) + magic;
                    var level = Vector256.Min(Vector256.Max(value.AsInt32() - Vector256.Create(MagicBits), Vector256<int>.Zero), top);
                    var half = Vector128.Narrow(level.GetLower(), level.GetUpper());
                    *(long*)((byte*)to + places[p]) = Vector128.Narrow(half, half).AsInt64().ToScalar();
                }
            }
        }
        for (; c < channels; c++)
        {
            for (var p = 0; p < pixels; p++)
                levels[places[p] + c] = (byte)(IsAffine ? Affine(c, sums[(p * stride) + c]) : Counted(c, sums[(p * stride) + c]));
        }
    }

    // The level before rounding; a sign is a line so steep that it has no other level between.
    private static (double Slope, double Shift) Line(Chain chain, int channel, PackedActivations activations)
    {
        var (slope, shift) = chain.Line(channel);
        var steep = activations.Rule == PackedRule.Sign && slope != 0 ? 16 / Math.Abs(slope) : 1 / activations.Step;
        return (slope * steep, (shift * steep) + activations.Zero);
    }

    private static int Padded(int channels) => (channels + 7) & ~7;

    private int Affine(int channel, int sum) => Affine(slope[channel], shift[channel], sum);

    private int Affine(float a, float b, int sum) =>
        Math.Clamp(BitConverter.SingleToInt32Bits(MathF.FusedMultiplyAdd(sum, a, b) + Magic) - MagicBits, 0, highest);

    private int Counted(int channel, int sum)
    {
        var level = 0;
        foreach (var threshold in thresholds.AsSpan(channel * highest, highest))
            level += (falls[channel] ? sum <= threshold : sum >= threshold) ? 1 : 0;
        return level;
    }

    // Rising: the smallest sum of at least that level; falling: the largest. Beyond the range where there is none.
    private static int Threshold(Func<int, int> level, int wanted, int lowest, int largest, bool falls, double crossing)
    {
        var (outside, inside) = falls ? ((long)largest + 1, (long)lowest - 1) : ((long)lowest - 1, (long)largest + 1);
        var middle = double.IsNaN(crossing) ? lowest : (long)Math.Clamp(crossing, lowest, largest);
        for (var isFirst = true; Math.Abs(inside - outside) > 1; isFirst = false)
        {
            var isInside = level((int)middle) >= wanted;
            if (isInside)
                inside = middle;
            else
                outside = middle;
            // The neighbour is nearly always on the other side.
            middle = isFirst ? middle + Math.Sign(isInside ? outside - inside : inside - outside) : (inside + outside) >> 1;
        }
        return (int)inside;
    }

    // A line that is monotone and right on both sides of every threshold is right everywhere; moving it by part of a sum
    // helps where a threshold lies on a sum itself.
    private bool TryFit(int channel, int lowest, int largest, (double Slope, double Shift) line, Func<int, int> level)
    {
        foreach (var nudge in (ReadOnlySpan<double>)[0, 1e-3, -1e-3, 0.05, -0.05, 0.25, -0.25])
        {
            (slope[channel], shift[channel]) = ((float)line.Slope, (float)(line.Shift + (line.Slope * nudge)));
            if (IsRight(channel, lowest, largest, level))
                return true;
        }
        return false;
    }

    private bool IsRight(int channel, int lowest, int largest, Func<int, int> level)
    {
        var (a, b) = (slope[channel], shift[channel]);
        bool Same(long sum) => sum < lowest || sum > largest || Affine(a, b, (int)sum) == level((int)sum);
        if (Math.Abs((double)a * lowest) + Math.Abs((double)a * largest) + Math.Abs(b) >= 1 << 22)
            return false;
        foreach (var threshold in thresholds.AsSpan(channel * highest, highest))
        {
            if (!Same(threshold) || !Same((long)threshold - 1) || !Same((long)threshold + 1))
                return false;
        }
        return Same(lowest) && Same(largest);
    }
}
