using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Networks;

/// <summary>
/// From a layer's integer sums to the next layer's levels, exactly as double precision does it. Everything between the two is
/// monotone in the sum, so channel by channel 2^bits - 1 integer thresholds decide the level. They are found by bisection, which
/// begins where the line before rounding crosses. One fused multiply-add, held between the channel's own least and largest level,
/// takes their place where it is shown to cross every threshold at the same integer; it does not have to be the exact function
/// elsewhere. Where a channel's is not a line, as with a leaky ReLU, its thresholds are counted.
/// </summary>
internal sealed unsafe class Requantizer
{
    private const int Wide = 16, Narrow = 8;

    // Adding 1.5·2^23 to a float of less than 2^22 rounds it to the nearest integer, halves to even, and leaves that in the low bits.
    private const float Magic = 12_582_912;

    private readonly float[] slope, shift, least, most;

    // thresholds: [levels, channels], and like the sums with all bits turned where levels fall, so that they rise there too.
    private readonly int[] thresholds, turned;

    // How many channels from each one on are lines.
    private readonly int[] lines;
    private readonly int channels, highest;

    /// <param name="channels">C.</param>
    /// <param name="lowest">The smallest sum.</param>
    /// <param name="largest">The largest sum.</param>
    /// <param name="activations">The next layer's quantiser.</param>
    /// <param name="chain">What the next layer's input is, by channel and sum; monotone.</param>
    public Requantizer(int channels, int lowest, int largest, PackedActivations activations, Chain chain)
    {
        (this.channels, highest) = (channels, activations.Highest);
        (slope, shift, least, most) = (new float[channels], new float[channels], new float[channels], new float[channels]);
        (thresholds, turned, lines) = (new int[channels * highest], new int[channels], new int[channels]);
        var own = new int[highest];
        for (var c = channels - 1; c >= 0; c--)
        {
            var (value, line) = (chain.Value(c), Line(chain, c, activations));
            Func<int, int> level = sum => activations.Level(value(sum));
            var (first, last) = (level(lowest), level(largest));
            (least[c], most[c], turned[c]) = (Math.Min(first, last), Math.Max(first, last), first > last ? -1 : 0);
            for (var t = 0; t < highest; t++)
            {
                own[t] = Threshold(level, t + 1, lowest, largest, first > last, (t + 0.5 - line.Shift) / line.Slope);
                thresholds[(t * channels) + c] = own[t] ^ turned[c];
            }
            lines[c] = TryFit(c, own, lowest, largest, line, level) ? 1 + (c < channels - 1 ? lines[c + 1] : 0) : 0;
        }
    }

    /// <summary>Whether one multiply-add takes the place of a channel's thresholds.</summary>
    internal bool IsLine(int channel) => lines[channel] > 0;

    /// <summary>Levels of some pixels.</summary>
    /// <param name="sums">Sums, channels one beside the other.</param>
    /// <param name="stride">Sums from one pixel to the next.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="levels">Takes the levels, channels one beside the other.</param>
    /// <param name="places">Where from there each pixel's levels begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(int* sums, int stride, int pixels, byte* levels, int* places)
    {
        fixed (float* a = slope, b = shift, least = this.least, most = this.most)
        {
            for (var c = 0; c < channels;)
            {
                var (from, to) = ((nint)(sums + c), (nint)(levels + c));
                if (Avx512F.IsSupported && lines[c] >= Wide)
                {
                    var (slopes, shifts, low, high) = (Vector512.Load(a + c), Vector512.Load(b + c), Vector512.Load(least + c), Vector512.Load(most + c));
                    for (var p = 0; p < pixels; p++, from += stride * sizeof(int))
                    {
                        var value = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(Vector512.Load((int*)from)), slopes, shifts);
                        // The conversion rounds as Magic does.
                        var level = Avx512F.ConvertToVector512Int32(Vector512.MinNative(Vector512.MaxNative(value, low), high));
                        Avx512F.ConvertToVector128Byte(level).Store((byte*)to + places[p]);
                    }
                    c += Wide;
                }
                else if (lines[c] >= Narrow)
                {
                    var (slopes, shifts, low, high) = (Vector256.Load(a + c), Vector256.Load(b + c), Vector256.Load(least + c), Vector256.Load(most + c));
                    for (var p = 0; p < pixels; p++, from += stride * sizeof(int))
                    {
                        var value = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Vector256.Load((int*)from)), slopes, shifts);
                        Store((Vector256.MinNative(Vector256.MaxNative(value, low), high) + Vector256.Create(Magic)).AsInt32(), (byte*)to + places[p]);
                    }
                    c += Narrow;
                }
                else if (c <= channels - Narrow)
                {
                    for (var p = 0; p < pixels; p++, from += stride * sizeof(int))
                        Store(Counted(c, Vector256.Load((int*)from)), (byte*)to + places[p]);
                    c += Narrow;
                }
                else
                {
                    for (var p = 0; p < pixels; p++)
                        levels[places[p] + c] = (byte)(IsLine(c) ? OnLine(c, sums[(p * stride) + c]) : Counted(c, sums[(p * stride) + c]));
                    c++;
                }
            }
        }
    }

    // The low bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> levels, byte* to)
    {
        var half = Vector128.Narrow(levels.GetLower(), levels.GetUpper());
        *(long*)to = Vector128.Narrow(half, half).AsInt64().ToScalar();
    }

    // The level before rounding; a sign is a line so steep that it has no other level between.
    private static (double Slope, double Shift) Line(Chain chain, int channel, PackedActivations activations)
    {
        var (slope, shift) = chain.Line(channel);
        var steep = activations.Rule == PackedRule.Sign && slope != 0 ? 16 / Math.Abs(slope) : 1 / activations.Step;
        return (slope * steep, (shift * steep) + activations.Zero);
    }

    private int OnLine(int channel, int sum) =>
        (int)MathF.Round(Math.Clamp(MathF.FusedMultiplyAdd(sum, slope[channel], shift[channel]), least[channel], most[channel]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Counted(int channel, int sum)
    {
        var (own, level) = (sum ^ turned[channel], 0);
        for (var t = channel; t < thresholds.Length; t += channels)
            level += own >= thresholds[t] ? 1 : 0;
        return level;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Counted(int channel, Vector256<int> sums)
    {
        var (own, level) = (sums ^ Vector256.LoadUnsafe(ref turned[channel]), Vector256<int>.Zero);
        for (var t = channel; t < thresholds.Length; t += channels)
            level -= Vector256.GreaterThanOrEqual(own, Vector256.LoadUnsafe(ref thresholds[t]));
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
    private bool TryFit(int channel, int[] own, int lowest, int largest, (double Slope, double Shift) line, Func<int, int> level)
    {
        foreach (var nudge in (ReadOnlySpan<double>)[0, 1e-3, -1e-3, 0.05, -0.05, 0.25, -0.25])
        {
            (slope[channel], shift[channel]) = ((float)line.Slope, (float)(line.Shift + (line.Slope * nudge)));
            if (IsRight(channel, own, lowest, largest, level))
                return true;
        }
        return false;
    }

    private bool IsRight(int channel, int[] own, int lowest, int largest, Func<int, int> level)
    {
        if (!float.IsFinite(slope[channel]) || !float.IsFinite(shift[channel]))
            return false;
        bool Same(long sum) => sum < lowest || sum > largest || OnLine(channel, (int)sum) == level((int)sum);
        foreach (var threshold in own)
        {
            if (!Same(threshold) || !Same((long)threshold - 1) || !Same((long)threshold + 1))
                return false;
        }
        return Same(lowest) && Same(largest);
    }
}
