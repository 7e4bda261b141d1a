using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>Cycles of a group, for a tile's pixels and one vector of indices.</summary>
    static abstract double GroupCycles { get; }

    // The next two were measured on a Zen 4 core and scaled to the others.

    /// <summary>Cycles of a group of a kernel for one bit, for its tile's pixels and one vector of indices.</summary>
    static abstract double BitCycles { get; }

    /// <summary>Cycles of a vector of outer weights, for a tile's pixels.</summary>
    static abstract double OuterCycles { get; }

    /// <summary>Cycles in which a table is made.</summary>
    static abstract double BuildCycles { get; }

    /// <summary>Levels of a table.</summary>
    static abstract int Levels { get; }

    /// <summary>Bytes of a table.</summary>
    static abstract int Bytes { get; }

    /// <summary>Makes tables, several of each of some pixels.</summary>
    /// <param name="levels">Where the first one's levels begin; 64 bytes may be read from where each does.</param>
    /// <param name="places">Where from there the levels of the first four tables are, 16 bytes for each.</param>
    /// <param name="distance">Bytes from where one table's levels begin to where the next one's do, at most 16.</param>
    /// <param name="tables">How many of a pixel.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="pixelBytes">Bytes from one pixel to the next.</param>
    /// <param name="table">The tables.</param>
    static abstract void Build(byte* levels, byte* places, int distance, int tables, int pixels, int pixelBytes, byte* table);

    /// <summary>One entry for each index.</summary>
    static abstract V Look(byte* table, V indices);
}

/// <summary>Sixteen entries in each half of 256 bits: AVX2's vpshufb.</summary>
internal readonly unsafe struct PshufbTable : ILookupTable<Vector256<byte>>
{
    public static string Instructions => "avx2-pshufb";

    public static bool IsSupported => Avx2.IsSupported;

    public static bool IsWide => false;

    public static double GroupCycles => 5.9;

    public static double BitCycles => 3.7;

    public static double OuterCycles => 9;

    public static double BuildCycles => 3.6;

    public static int Levels => 4;

    public static int Bytes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Build(byte* levels, byte* places, int distance, int tables, int pixels, int pixelBytes, byte* table) => TblTable.Build(levels, places, distance, tables, pixels, pixelBytes, table);

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

    public static double GroupCycles => 6.5;

    public static double BitCycles => 3.8;

    public static double OuterCycles => 8.5;

    public static double BuildCycles => 2.7;

    public static int Levels => 6;

    public static int Bytes => 64;

    // Each 128 bits make the sums of one table's first four levels, and of the other two; the table adds each of these four.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Build(byte* levels, byte* places, int distance, int tables, int pixels, int pixelBytes, byte* table)
    {
        if (!Avx512Vbmi.IsSupported)
        {
            Define(levels, places, distance, tables, pixels, pixelBytes, table);
            return;
        }
        var spread = Vector512.Load(places);
        var patterns = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Patterns));
        Vector512<byte> first = Each(patterns), second = Each(patterns + 16);
        Vector512<byte> third = Each(patterns + 32), fourth = Each(patterns + 48);
        Vector512<byte> fifth = Each(patterns + 64), sixth = Each(patterns + 80);
        var quarters = Vector512.Load(patterns + 96);
        var (quarters1, quarters2, quarters3) = (quarters + Vector512.Create((byte)16), quarters + Vector512.Create((byte)32), quarters + Vector512.Create((byte)48));
        for (; pixels > 0; pixels--, levels += pixelBytes, table += tables * 64)
        {
            for (var t = 0; t < tables; t += 4)
            {
                var six = Avx512Vbmi.PermuteVar64x8(Vector512.Load(levels + ((nint)t * distance)), spread);
                var low = ((Avx512BW.Shuffle(six, first) + Avx512BW.Shuffle(six, second)) + (Avx512BW.Shuffle(six, third) + Avx512BW.Shuffle(six, fourth))).AsInt32();
                var high = Avx512BW.Shuffle(six, fifth) + Avx512BW.Shuffle(six, sixth);
                var to = table + ((nint)t * 64);
                (Avx512F.Shuffle4x128(low, low, 0x00).AsByte() + Avx512Vbmi.PermuteVar64x8(high, quarters)).Store(to);
                if (t + 1 < tables)
                    (Avx512F.Shuffle4x128(low, low, 0x55).AsByte() + Avx512Vbmi.PermuteVar64x8(high, quarters1)).Store(to + 64);
                if (t + 2 < tables)
                    (Avx512F.Shuffle4x128(low, low, 0xAA).AsByte() + Avx512Vbmi.PermuteVar64x8(high, quarters2)).Store(to + 128);
                if (t + 3 < tables)
                    (Avx512F.Shuffle4x128(low, low, 0xFF).AsByte() + Avx512Vbmi.PermuteVar64x8(high, quarters3)).Store(to + 192);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Look(byte* table, Vector512<byte> indices) =>
        Avx512Vbmi.IsSupported ? Avx512Vbmi.PermuteVar64x8(Vector512.Load(table), indices) : Vector512.Shuffle(Vector512.Load(table), indices);

    // Level i in the bytes whose number has bit i, the fifth and sixth in the first four bytes; then bytes 0 to 3, each 16 times.
    private static ReadOnlySpan<byte> Patterns =>
    [
        255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0,
        255, 255, 1, 1, 255, 255, 1, 1, 255, 255, 1, 1, 255, 255, 1, 1,
        255, 255, 255, 255, 2, 2, 2, 2, 255, 255, 255, 255, 2, 2, 2, 2,
        255, 255, 255, 255, 255, 255, 255, 255, 3, 3, 3, 3, 3, 3, 3, 3,
        255, 4, 255, 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 5, 5, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Each(byte* pattern) => Avx512F.BroadcastVector128ToVector512((int*)pattern).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Define(byte* levels, byte* places, int distance, int tables, int pixels, int pixelBytes, byte* table)
    {
        for (var t = 0; t < pixels * tables; t++, table += 64)
        {
            var from = levels + ((nint)(t / tables) * pixelBytes) + ((nint)(t % tables) * distance);
            for (var entry = 0; entry < 64; entry++)
            {
                table[entry] = 0;
                for (var i = 0; i < Levels; i++)
                    table[entry] += (entry >> i & 1) != 0 && places[i] != 255 ? from[places[i]] : (byte)0;
            }
        }
    }
}

/// <summary>Sixteen entries: Arm64's tbl.</summary>
internal readonly unsafe struct TblTable : ILookupTable<Vector128<byte>>
{
    public static string Instructions => "neon-tbl";

    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    public static bool IsWide => false;

    public static double GroupCycles => 5.9;

    public static double BitCycles => 3.7;

    public static double OuterCycles => 9;

    public static double BuildCycles => 3.6;

    public static int Levels => 4;

    public static int Bytes => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Build(byte* levels, byte* places, int distance, int tables, int pixels, int pixelBytes, byte* table)
    {
        const byte No = 255;
        var spread = Vector128.Load(places);
        for (; pixels > 0; pixels--, levels += pixelBytes)
        {
            for (var t = 0; t < tables; t++, table += 16)
            {
                var four = Vector128.Shuffle(Vector128.Load(levels + ((nint)t * distance)), spread);
                (Vector128.Shuffle(four, Vector128.Create(No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0, No, 0))
                    + Vector128.Shuffle(four, Vector128.Create(No, No, 1, 1, No, No, 1, 1, No, No, 1, 1, No, No, 1, 1))
                    + Vector128.Shuffle(four, Vector128.Create(No, No, No, No, 2, 2, 2, 2, No, No, No, No, 2, 2, 2, 2))
                    + Vector128.Shuffle(four, Vector128.Create(No, No, No, No, No, No, No, No, 3, 3, 3, 3, 3, 3, 3, 3))).Store(table);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Look(byte* table, Vector128<byte> indices) => Vector128.Shuffle(Vector128.Load(table), indices);
}
