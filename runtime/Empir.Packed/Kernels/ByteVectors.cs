using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// The few instructions that kernels over levels are written in, for one width of vectors. Where the processor lacks one, it is
/// computed otherwise, so that the kernels' logic can be tested anywhere; <see cref="IsSupported" /> says whether it has them.
/// </summary>
/// <typeparam name="V">The vector.</typeparam>
internal unsafe interface IByteVector<V> where V : unmanaged
{
    /// <summary>Such as <c>avx2</c>.</summary>
    static abstract string Instructions { get; }

    /// <summary>Whether this processor has the instructions.</summary>
    static abstract bool IsSupported { get; }

    static abstract V Load(void* from);

    static abstract void Store(V value, void* to);

    /// <summary>The 32 bits at an address, in every lane of 32 bits.</summary>
    static abstract V Broadcast(void* from);

    static abstract V Add8(V a, V b);

    static abstract V Add16(V a, V b);

    static abstract V Add32(V a, V b);

    /// <summary>The high byte of each 16 bits, as 16 bits.</summary>
    static abstract V HighBytes(V a);

    /// <summary>The sums of low bytes where those of whole 16 bits, which may wrap around, and of their high bytes are known.</summary>
    static abstract V LowSums(V sums, V high);

    /// <summary>Sums of two neighbouring products of unsigned with signed bytes, as 16 bits; they have to fit.</summary>
    static abstract V MultiplyAdd8(V unsigned, V signed);

    /// <summary>Sums of two neighbouring products of signed 16 bits, as 32 bits.</summary>
    static abstract V MultiplyAdd16(V a, V b);

    /// <summary>to[i] = factor·sums[i] + constant for the unsigned 16 bits of a vector.</summary>
    static abstract void Set(V sums, int factor, int constant, int* to);

    /// <summary>to[i] += factor·sums[i] for the unsigned 16 bits of a vector.</summary>
    static abstract void Add(V sums, int factor, int* to);
}

/// <summary>256 bits: AVX2.</summary>
internal readonly unsafe struct Avx2Bytes : IByteVector<Vector256<byte>>
{
    public static string Instructions => "avx2";

    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(void* from) => Vector256.Load((byte*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> value, void* to) => value.Store((byte*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(void* from) => Vector256.Create(*(int*)from).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add8(Vector256<byte> a, Vector256<byte> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add16(Vector256<byte> a, Vector256<byte> b) => (a.AsUInt16() + b.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> HighBytes(Vector256<byte> a) => (a.AsUInt16() >>> 8).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LowSums(Vector256<byte> sums, Vector256<byte> high) => (sums.AsUInt16() - (high.AsUInt16() << 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add32(Vector256<byte> a, Vector256<byte> b) => (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplyAdd8(Vector256<byte> unsigned, Vector256<byte> signed) =>
        Avx2.IsSupported
            ? Avx2.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte()
            : Vector256.Create(NarrowBytes.MultiplyAdd8(unsigned.GetLower(), signed.GetLower()), NarrowBytes.MultiplyAdd8(unsigned.GetUpper(), signed.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplyAdd16(Vector256<byte> a, Vector256<byte> b) =>
        Avx2.IsSupported
            ? Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsByte()
            : Vector256.Create(NarrowBytes.MultiplyAdd16(a.GetLower(), b.GetLower()), NarrowBytes.MultiplyAdd16(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Vector256<byte> sums, int factor, int constant, int* to)
    {
        var (lower, upper) = Vector256.Widen(sums.AsUInt16());
        ((lower.AsInt32() * factor) + Vector256.Create(constant)).Store(to);
        ((upper.AsInt32() * factor) + Vector256.Create(constant)).Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector256<byte> sums, int factor, int* to)
    {
        var (lower, upper) = Vector256.Widen(sums.AsUInt16());
        ((lower.AsInt32() * factor) + Vector256.Load(to)).Store(to);
        ((upper.AsInt32() * factor) + Vector256.Load(to + 8)).Store(to + 8);
    }
}

/// <summary>512 bits: AVX-512BW.</summary>
internal readonly unsafe struct Avx512Bytes : IByteVector<Vector512<byte>>
{
    public static string Instructions => "avx512bw";

    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(void* from) => Vector512.Load((byte*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> value, void* to) => value.Store((byte*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(void* from) => Vector512.Create(*(int*)from).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add8(Vector512<byte> a, Vector512<byte> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add16(Vector512<byte> a, Vector512<byte> b) => (a.AsUInt16() + b.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> HighBytes(Vector512<byte> a) => (a.AsUInt16() >>> 8).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LowSums(Vector512<byte> sums, Vector512<byte> high) => (sums.AsUInt16() - (high.AsUInt16() << 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add32(Vector512<byte> a, Vector512<byte> b) => (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyAdd8(Vector512<byte> unsigned, Vector512<byte> signed) =>
        Avx512BW.IsSupported
            ? Avx512BW.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte()
            : Vector512.Create(Avx2Bytes.MultiplyAdd8(unsigned.GetLower(), signed.GetLower()), Avx2Bytes.MultiplyAdd8(unsigned.GetUpper(), signed.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyAdd16(Vector512<byte> a, Vector512<byte> b) =>
        Avx512BW.IsSupported
            ? Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsByte()
            : Vector512.Create(Avx2Bytes.MultiplyAdd16(a.GetLower(), b.GetLower()), Avx2Bytes.MultiplyAdd16(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Vector512<byte> sums, int factor, int constant, int* to)
    {
        var (lower, upper) = Vector512.Widen(sums.AsUInt16());
        ((lower.AsInt32() * factor) + Vector512.Create(constant)).Store(to);
        ((upper.AsInt32() * factor) + Vector512.Create(constant)).Store(to + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector512<byte> sums, int factor, int* to)
    {
        var (lower, upper) = Vector512.Widen(sums.AsUInt16());
        ((lower.AsInt32() * factor) + Vector512.Load(to)).Store(to);
        ((upper.AsInt32() * factor) + Vector512.Load(to + 16)).Store(to + 16);
    }
}

/// <summary>128 bits: Arm64, and what wider vectors are made of where an instruction is missing.</summary>
internal readonly unsafe struct NarrowBytes : IByteVector<Vector128<byte>>
{
    public static string Instructions => "neon";

    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(void* from) => Vector128.Load((byte*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> value, void* to) => value.Store((byte*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Broadcast(void* from) => Vector128.Create(*(int*)from).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add8(Vector128<byte> a, Vector128<byte> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add16(Vector128<byte> a, Vector128<byte> b) => (a.AsUInt16() + b.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> HighBytes(Vector128<byte> a) => (a.AsUInt16() >>> 8).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LowSums(Vector128<byte> sums, Vector128<byte> high) => (sums.AsUInt16() - (high.AsUInt16() << 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add32(Vector128<byte> a, Vector128<byte> b) => (a.AsInt32() + b.AsInt32()).AsByte();

    // Even and odd bytes apart: the low byte's sign is brought in by shifting it up and down again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyAdd8(Vector128<byte> unsigned, Vector128<byte> signed)
    {
        var (u, s) = (unsigned.AsInt16(), signed.AsInt16());
        return (((u & Vector128.Create((short)255)) * ((s << 8) >> 8)) + ((u >>> 8) * (s >> 8))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyAdd16(Vector128<byte> a, Vector128<byte> b)
    {
        var (x, y) = (a.AsInt32(), b.AsInt32());
        return ((((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Vector128<byte> sums, int factor, int constant, int* to)
    {
        var (lower, upper) = Vector128.Widen(sums.AsUInt16());
        ((lower.AsInt32() * factor) + Vector128.Create(constant)).Store(to);
        ((upper.AsInt32() * factor) + Vector128.Create(constant)).Store(to + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector128<byte> sums, int factor, int* to)
    {
        var (lower, upper) = Vector128.Widen(sums.AsUInt16());
        ((lower.AsInt32() * factor) + Vector128.Load(to)).Store(to);
        ((upper.AsInt32() * factor) + Vector128.Load(to + 4)).Store(to + 4);
    }
}
