using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>Tables of the sums of every subset of some levels: entry i is the sum of the levels whose bits are set in i.</summary>
/// <typeparam name="V">A vector of indices.</typeparam>
internal unsafe interface ILookupTable<V> where V : unmanaged
{
    /// <summary>Such as <c>avx2-pshufb</c>.</summary>
    static abstract string Instructions { get; }

    static abstract bool IsSupported { get; }

    /// <summary>Levels of a table.</summary>
    static abstract int Levels { get; }

    /// <summary>Bytes of a table.</summary>
    static abstract int Bytes { get; }

    static abstract void Build(byte* levels, byte* table);

    /// <summary>One entry for each index.</summary>
    static abstract V Look(byte* table, V indices);
}

/// <summary>Sixteen entries in each half of 256 bits: AVX2's vpshufb.</summary>
internal readonly unsafe struct PshufbTable : ILookupTable<Vector256<byte>>
{
    public static string Instructions => "avx2-pshufb";

    public static bool IsSupported => Avx2.IsSupported;

    public static int Levels => 4;

    public static int Bytes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* table) => TblTable.Build(levels, table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Look(byte* table, Vector256<byte> indices) =>
        Avx2.IsSupported
            ? Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(table), indices)
            : Vector256.Create(TblTable.Look(table, indices.GetLower()), TblTable.Look(table, indices.GetUpper()));
}

/// <summary>Sixty-four entries: AVX-512 VBMI's vpermb.</summary>
internal readonly unsafe struct VpermbTable : ILookupTable<Vector512<byte>>
{
    public static string Instructions => "avx512vbmi-vpermb";

    public static bool IsSupported => Avx512Vbmi.IsSupported;

    public static int Levels => 6;

    public static int Bytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* table)
    {
        var (low, fifth, sixth) = (TblTable.Sums(levels), Vector128.Create(levels[4]), Vector128.Create(levels[5]));
        low.Store(table);
        (low + fifth).Store(table + 16);
        (low + sixth).Store(table + 32);
        (low + fifth + sixth).Store(table + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Look(byte* table, Vector512<byte> indices) =>
        Avx512Vbmi.IsSupported ? Avx512Vbmi.PermuteVar64x8(Vector512.Load(table), indices) : Vector512.Shuffle(Vector512.Load(table), indices);
}

/// <summary>Sixteen entries: Arm64's tbl.</summary>
internal readonly unsafe struct TblTable : ILookupTable<Vector128<byte>>
{
    public static string Instructions => "neon-tbl";

    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    public static int Levels => 4;

    public static int Bytes => 16;

    /// <summary>The sums of four levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Sums(byte* levels)
    {
        const byte No = 255;
        var four = Vector128.Create(*(int*)levels).AsByte();
        return Vector128.Shuffle(four, Vector128.Create(No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0))
            + Vector128.Shuffle(four, Vector128.Create(No, No, 1, 1, No, No, 1, 1, No, No, 1, 1, No, No, 1, 1))
            + Vector128.Shuffle(four, Vector128.Create(No, No, No, No, 2, 2, 2, 2, No, No, No, No, 2, 2, 2, 2))
            + Vector128.Shuffle(four, Vector128.Create(No, No, No, No, No, No, No, No, 3, 3, 3, 3, 3, 3, 3, 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* table) => Sums(levels).Store(table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Look(byte* table, Vector128<byte> indices) => Vector128.Shuffle(Vector128.Load(table), indices);
}
