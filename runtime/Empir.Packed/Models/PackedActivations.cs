using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Serialization;

namespace Empir.Packed;

/// <summary>Whose formula turns a value x into a level; docs/quantizers.md has them all.</summary>
public enum PackedRule
{
    /// <summary>round(n·clip(x, 0, 1)), n = 2^bits - 1, of value level/n.</summary>
    DoReFa,

    /// <summary>round(n·clip(x, 0, α)/α), of value level·α/n.</summary>
    Pact,

    /// <summary>round(clip(x/s, lowest, highest)), of value level·s.</summary>
    Lsq,

    /// <summary>-1 for x below 0 and 1 elsewhere; a convolution's padding is the third value 0.</summary>
    Sign,
}

/// <summary>
/// How a layer quantises its input. A level is kept as an unsigned byte, counted from the lowest one: its value is
/// (byte - <see cref="Zero" />)·<see cref="Step" />. Rounding is to the nearest level, halves to the even one.
/// </summary>
/// <param name="Rule">The formula.</param>
/// <param name="Bits">Bits of a level, from 1 to 8.</param>
/// <param name="Range">α of PACT, s of LSQ; 1 for the others.</param>
/// <param name="IsSigned">Whether LSQ's levels go below zero.</param>
public sealed record PackedActivations(
    PackedRule Rule, int Bits, [property: JsonRequired] float Range = 1, [property: JsonRequired] bool IsSigned = false)
{
    /// <summary>The highest byte; 2 for <see cref="PackedRule.Sign" />, whose padding lies between its two levels.</summary>
    [JsonIgnore]
    public int Highest => Rule == PackedRule.Sign ? 2 : (1 << Bits) - 1;

    /// <summary>The byte of the value 0.</summary>
    [JsonIgnore]
    public int Zero => Rule == PackedRule.Sign ? 1 : IsSigned ? 1 << (Bits - 1) : 0;

    /// <summary>The distance between two neighbouring levels.</summary>
    [JsonIgnore]
    public double Step => Rule switch
    {
        PackedRule.DoReFa => 1.0 / Highest,
        PackedRule.Pact => (double)Range / Highest,
        PackedRule.Lsq => Range,
        _ => 1,
    };

    /// <summary>The byte of x, with the operations and the 32-bit precision of the fake-quantised network.</summary>
    internal byte Level(float x) => Rule switch
    {
        PackedRule.DoReFa => (byte)MathF.Round(Math.Clamp(x, 0, 1) * Highest),
        PackedRule.Pact => (byte)MathF.Round(Math.Min(Math.Max(x, 0), Range) / Range * Highest),
        PackedRule.Lsq => (byte)(MathF.Round(Math.Clamp(x / Range, -Zero, Highest - Zero)) + Zero),
        _ => (byte)(x >= 0 ? 2 : 0),
    };

    /// <summary>The bytes of sixteen values, each as <see cref="Level(float)" /> gives it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Levels(Vector512<float> x, PackedRule rule, int highest, int zero, float range)
    {
        switch (rule)
        {
            case PackedRule.DoReFa:
                return Nearest(Vector512.MinNative(Vector512.MaxNative(x, Vector512<float>.Zero), Vector512<float>.One) * highest);
            case PackedRule.Pact:
                return Nearest(Vector512.MinNative(Vector512.MaxNative(x, Vector512<float>.Zero), Vector512.Create(range)) / range * highest);
            case PackedRule.Lsq:
                return Nearest(Vector512.MinNative(Vector512.MaxNative(x / range, Vector512.Create((float)-zero)), Vector512.Create((float)(highest - zero)))) + Vector512.Create(zero);
            default:
                return Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero).AsInt32() & Vector512.Create(2);
        }
    }

    /// <summary>The bytes of several values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Levels(float* values, int count, byte* levels)
    {
        const int Vector = 16;
        var (rule, highest, zero, range) = (Rule, Highest, Zero, Range);
        for (var i = 0; count >= Vector && i < count; i += Vector)
        {
            // The last vector goes over values of the one before.
            var at = Math.Min(i, count - Vector);
            Bytes(Levels(Vector512.Load(values + at), rule, highest, zero, range)).Store(levels + at);
        }
        for (var i = 0; count < Vector && i < count; i++)
            levels[i] = Level(values[i]);
    }

    // Halves to the even one, as MathF.Round.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Nearest(Vector512<float> values) =>
        Avx512F.IsSupported ? Avx512F.ConvertToVector512Int32(values) : Vector512.ConvertToInt32Native(Vector512.Round(values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Bytes(Vector512<int> levels)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector128Byte(levels);
        var shorts = Vector256.Narrow(levels.GetLower(), levels.GetUpper());
        return Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).AsByte();
    }

    /// <summary>
    /// The byte of x in double precision: what a fused layer is exact to. What is nearer than 2^-31 steps to the middle between
    /// two levels is the middle, so that ties are ties whatever the order of operations.
    /// </summary>
    internal int Level(double x) => Rule == PackedRule.Sign
        ? x >= 0 ? 2 : 0
        : (int)Math.Round(Math.Round(Math.Clamp(x / Step, -Zero, Highest - Zero) * (1 << 30)) / (1 << 30)) + Zero;

    /// <summary>The value of a byte.</summary>
    internal float Value(int level) => (float)((level - Zero) * Step);
}
