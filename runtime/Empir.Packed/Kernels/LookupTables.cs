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

    /// <summary>Whether there are registers for tiles of two vectors.</summary>
    static abstract bool IsWide { get; }

    /// <summary>Levels of a table.</summary>
    static abstract int Levels { get; }

    /// <summary>Bytes of a table.</summary>
    static abstract int Bytes { get; }

    /// <summary>Tables that are made together.</summary>
    static abstract int Together { get; }

    /// <summary>Makes tables.</summary>
    /// <param name="levels">Where the first one's levels begin; a vector may be read from there.</param>
    /// <param name="places">Where from there each table's levels are, 16 bytes for each of <see cref="Together" />.</param>
    /// <param name="tables">How many.</param>
    /// <param name="table">The tables.</param>
    static abstract void Build(byte* levels, byte* places, int tables, byte* table);

    /// <summary>One entry for each index.</summary>
    static abstract V Look(byte* table, V indices);
}

/// <summary>Sixteen entries in each half of 256 bits: AVX2's vpshufb.</summary>
internal readonly unsafe struct PshufbTable : ILookupTable<Vector256<byte>>
{
    public static string Instructions => "avx2-pshufb";

    public static bool IsSupported => Avx2.IsSupported;

    public static bool IsWide => false;

    public static int Levels => 4;

    public static int Bytes => 16;

    public static int Together => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* places, int tables, byte* table) => TblTable.Build(levels, places, tables, table);

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

    public static bool IsWide => true;

    public static int Levels => 6;

    public static int Bytes => 64;

    public static int Together => 4;

    // Each 128 bits make the sums of one table's first four levels, and of the other two; the table adds each of these four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* places, int tables, byte* table)
    {
        var six = Permute(Vector512.Load(levels), Vector512.Load(places));
        var low = Each(six, 0) + Each(six, 1) + Each(six, 2) + Each(six, 3);
        var high = Shuffle(six, High(4, 2)) + Shuffle(six, High(5, 1));
        (Lane(low, 0) + Permute(high, Quarters(0))).Store(table);
        if (tables > 1)
            (Lane(low, 1) + Permute(high, Quarters(16))).Store(table + 64);
        if (tables > 2)
            (Lane(low, 2) + Permute(high, Quarters(32))).Store(table + 128);
        if (tables > 3)
            (Lane(low, 3) + Permute(high, Quarters(48))).Store(table + 192);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Look(byte* table, Vector512<byte> indices) => Permute(Vector512.Load(table), indices);

    // Level i in the bytes whose number has bit i.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Each(Vector512<byte> six, int i) => Shuffle(six, i switch
    {
        0 => Vector128.Create(No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0),
        1 => Vector128.Create(No, No, 1, 1, No, No, 1, 1, No, No, 1, 1, No, No, 1, 1),
        2 => Vector128.Create(No, No, No, No, 2, 2, 2, 2, No, No, No, No, 2, 2, 2, 2),
        _ => Vector128.Create(No, No, No, No, No, No, No, No, 3, 3, 3, 3, 3, 3, 3, 3),
    });

    private const byte No = 255;

    // The fifth level in bytes 1 and 3, the sixth in 2 and 3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> High(byte level, int other) =>
        other == 2 ? Vector128.Create(No, level, No, level, No, No, No, No, No, No, No, No, No, No, No, No)
            : Vector128.Create(No, No, level, level, No, No, No, No, No, No, No, No, No, No, No, No);

    // Bytes 0 to 3 from there on, each 16 times.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Quarters(byte first) => Vector512.Create(
        Vector256.Create(Vector128.Create(first), Vector128.Create((byte)(first + 1))),
        Vector256.Create(Vector128.Create((byte)(first + 2)), Vector128.Create((byte)(first + 3))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Permute(Vector512<byte> bytes, Vector512<byte> indices) =>
        Avx512Vbmi.IsSupported ? Avx512Vbmi.PermuteVar64x8(bytes, indices) : Vector512.Shuffle(bytes, indices & Vector512.Create((byte)63));

    // Within each 128 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Shuffle(Vector512<byte> bytes, Vector128<byte> indices)
    {
        if (Avx512BW.IsSupported)
            return Avx512BW.Shuffle(bytes, Vector512.Create(indices));
        var (a, b) = (bytes.GetLower(), bytes.GetUpper());
        return Vector512.Create(
            Vector256.Create(Vector128.Shuffle(a.GetLower(), indices), Vector128.Shuffle(a.GetUpper(), indices)),
            Vector256.Create(Vector128.Shuffle(b.GetLower(), indices), Vector128.Shuffle(b.GetUpper(), indices)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Lane(Vector512<byte> lanes, [System.Diagnostics.CodeAnalysis.ConstantExpected] int lane)
    {
        var half = lane < 2 ? lanes.GetLower() : lanes.GetUpper();
        return Vector512.Create(lane % 2 == 0 ? half.GetLower() : half.GetUpper());
    }
}

/// <summary>Sixteen entries: Arm64's tbl.</summary>
internal readonly unsafe struct TblTable : ILookupTable<Vector128<byte>>
{
    public static string Instructions => "neon-tbl";

    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    public static bool IsWide => true;

    public static int Levels => 4;

    public static int Bytes => 16;

    public static int Together => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* places, int tables, byte* table)
    {
        const byte No = 255;
        var four = Vector128.Shuffle(Vector128.Load(levels), Vector128.Load(places));
        (Vector128.Shuffle(four, Vector128.Create(No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0))
            + Vector128.Shuffle(four, Vector128.Create(No, No, 1, 1, No, No, 1, 1, No, No, 1, 1, No, No, 1, 1))
            + Vector128.Shuffle(four, Vector128.Create(No, No, No, No, 2, 2, 2, 2, No, No, No, No, 2, 2, 2, 2))
            + Vector128.Shuffle(four, Vector128.Create(No, No, No, No, No, No, No, No, 3, 3, 3, 3, 3, 3, 3, 3))).Store(table);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Look(byte* table, Vector128<byte> indices) => Vector128.Shuffle(Vector128.Load(table), indices);
}
