using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using Empir.Packed.Kernels;

namespace Empir.Packed;

/// <summary>Weights of a convolution, [C', C / groups, kH, kW], or of a linear layer, [out, in].</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FullWeights), "full")]
[JsonDerivedType(typeof(LowBitWeights), "low_bit")]
public abstract record PackedWeights;

/// <summary>Full-precision weights.</summary>
/// <param name="Values">In PyTorch's order.</param>
public sealed record FullWeights(float[] Values) : PackedWeights;

/// <summary>
/// Low-bit weights as bit-planes. A weight's bits make the number m, bit p from plane p; its value is
/// (<paramref name="Multiplier" />·m + <paramref name="Offset" />)·scale.
/// </summary>
/// <param name="Bits">Bits of a weight, from 1 to 8.</param>
/// <param name="Planes">
/// The planes one after another, each its own whole number of bytes: bit i%8 of byte i/8 is weight i, in PyTorch's order.
/// </param>
/// <param name="Multiplier">1, or 2 where the levels are the odd integers, as DoReFa's are.</param>
/// <param name="Offset">What is added to it.</param>
/// <param name="Scales">One scale for all, or one per output.</param>
public sealed record LowBitWeights(int Bits, byte[] Planes, int Multiplier, int Offset, double[] Scales) : PackedWeights
{
    /// <summary>Bytes that the planes of so many weights take.</summary>
    /// <param name="count">Number of weights.</param>
    /// <param name="bits">Bits of each.</param>
    public static int PlaneBytes(int count, int bits) => checked((count + 7) / 8 * bits);

    /// <summary>The planes of weights given by their numbers m.</summary>
    /// <param name="numbers">m of every weight, in PyTorch's order.</param>
    /// <param name="bits">Bits of each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number does not fit in the bits.</exception>
    public static byte[] ToPlanes(ReadOnlySpan<byte> numbers, int bits)
    {
        var plane = (numbers.Length + 7) / 8;
        var planes = new byte[PlaneBytes(numbers.Length, bits)];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] >> bits != 0)
                throw new ArgumentOutOfRangeException(nameof(numbers), numbers[i], $"A weight does not fit in {bits} bits.");
            for (var p = 0; p < bits; p++)
                planes[(p * plane) + (i / 8)] |= (byte)((numbers[i] >> p & 1) << (i % 8));
        }
        return planes;
    }

    /// <summary>The value of every weight, in PyTorch's order.</summary>
    /// <param name="outputs">Outputs, each of as many weights.</param>
    /// <param name="count">Number of weights.</param>
    public double[] Values(int outputs, int count)
    {
        var filter = count / outputs;
        return [.. Integers(count).Select((integer, i) => integer * Scale(i / filter))];
    }

    /// <summary>Multiplier·m + offset of every weight.</summary>
    internal short[] Integers(int count)
    {
        var numbers = new byte[count];
        Read(count, 0, numbers);
        return [.. numbers.Select(number => (short)((Multiplier * number) + Offset))];
    }

    /// <summary>How many of two bits' weights have both bits alike, so that they are at the outer two of the four levels.</summary>
    /// <param name="count">Number of all weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Outer(int count)
    {
        var (plane, differ) = ((count + 7) / 8, 0);
        // The places behind the last weight are 0 in both planes.
        for (var i = 0; i < plane; i += sizeof(ulong))
            differ += BitOperations.PopCount(EightBytes.At(Planes.AsSpan(0, plane), i) ^ EightBytes.At(Planes.AsSpan(plane, plane), i));
        return count - differ;
    }

    /// <summary>The numbers m of neighbouring weights.</summary>
    /// <param name="count">Number of all weights.</param>
    /// <param name="first">The first of those wanted.</param>
    /// <param name="numbers">Takes them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Read(int count, int first, Span<byte> numbers)
    {
        const int Together = 32;
        var plane = (count + 7) / 8;
        Span<byte> last = stackalloc byte[Together];
        for (var i = 0; i < numbers.Length; i += Together)
        {
            var (some, at) = (Vector256<byte>.Zero, (first + i) / 8);
            // What lies behind a plane belongs to no weight.
            for (var p = 0; p < Bits; p++, at += plane)
                some |= Spread((uint)(EightBytes.At(Planes, at) >> ((first + i) % 8))) & Vector256.Create((byte)(1 << p));
            if (i <= numbers.Length - Together)
            {
                some.CopyTo(numbers[i..]);
            }
            else
            {
                some.CopyTo(last);
                last[..(numbers.Length - i)].CopyTo(numbers[i..]);
            }
        }
    }

    // All bits of a byte where a bit is set, 32 bits as 32 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Spread(uint bits)
    {
        var each = Vector256.Create(0x8040_2010_0804_0201UL).AsByte();
        // Every 32 bits are the same, so that no byte has to come from the other half.
        var own = Vector256.Create(0UL, 0x0101_0101_0101_0101UL, 0x1212_1212_1212_1212UL, 0x1313_1313_1313_1313UL).AsByte();
        return Vector256.Equals(Vector256.Shuffle(Vector256.Create(bits).AsByte(), own) & each, each);
    }

    /// <summary>The largest of the integers.</summary>
    internal int Highest => (Multiplier * ((1 << Bits) - 1)) + Offset;

    /// <summary>The scale of one output.</summary>
    internal double Scale(int output) => Scales[Scales.Length == 1 ? 0 : output];
}
