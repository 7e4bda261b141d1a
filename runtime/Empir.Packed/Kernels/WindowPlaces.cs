using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// Where 64 windows lie: a few steps of an input where some of them begin, and for each of these how far behind every other one that
/// is near does. One shuffle then takes the near windows' bytes out of the 128 that follow such a step.
/// </summary>
internal readonly unsafe struct WindowPlaces(byte* memory)
{
    /// <summary>Windows.</summary>
    public const int Windows = 64;

    /// <summary>Bytes that <see cref="Find" /> may write: all windows may be far from each other.</summary>
    public const int Bytes = Windows * EntryBytes;

    /// <summary>Positions, from a window's first one on, whose bytes are among the same 128.</summary>
    public const int MostPositions = 8;

    // For each beginning: the distances, which windows are that near, the beginning, and of the first one their number.
    private const int EntryBytes = 192;

    /// <summary>Finds them.</summary>
    /// <param name="offsets">Where the windows begin, in bytes.</param>
    /// <param name="step">Bytes of a step.</param>
    /// <param name="pixels">Steps from one position to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(int* offsets, int step, int pixels)
    {
        var count = 0;
        var (reciprocal, limit) = (Vector512.Create(1f / step), Vector512.Create((128 - ((MostPositions - 1) * pixels)) * step));
        for (var open = Vector512<byte>.AllBitsSet; open.ExtractMostSignificantBits() is var left and not 0; count++)
        {
            var first = offsets[BitOperations.TrailingZeroCount(left)];
            var begin = Vector512.Create(first);
            Vector512<int> d0 = Vector512.Load(offsets) - begin, d1 = Vector512.Load(offsets + 16) - begin, d2 = Vector512.Load(offsets + 32) - begin, d3 = Vector512.Load(offsets + 48) - begin;
            var near = Bytes4(Inside(d0, limit), Inside(d1, limit), Inside(d2, limit), Inside(d3, limit)) & open;
            Bytes4(Steps(d0, reciprocal), Steps(d1, reciprocal), Steps(d2, reciprocal), Steps(d3, reciprocal)).Store(memory + (count * EntryBytes));
            near.Store(memory + (count * EntryBytes) + 64);
            open &= ~near;
            BeginOf(count) = first / step;
        }
        Count = count;
    }

    /// <summary>Whether one step is near to all windows: <see cref="Look" /> takes their bytes.</summary>
    public bool AreNear => Count == 1;

    /// <summary>The step.</summary>
    public int Begin => BeginOf(0);

    /// <summary>How far behind it the windows are.</summary>
    public Vector512<byte> First => Vector512.Load(memory);

    private ref int Count => ref *(int*)(memory + 132);

    /// <summary>Bytes out of 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Look(Vector512<byte> low, Vector512<byte> high, Vector512<byte> indices) =>
        Avx512Vbmi.IsSupported
            ? Avx512Vbmi.PermuteVar64x8x2(low, indices, high)
            : Vector512.Shuffle(low, indices) | Vector512.Shuffle(high, indices - Vector512.Create((byte)64));

    /// <summary>The windows' bytes of a plane, wherever they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vector512<byte> Take(byte* plane)
    {
        var bytes = Vector512<byte>.Zero;
        for (var i = 0; i < Count; i++)
        {
            byte* from = plane + BeginOf(i), entry = memory + (i * EntryBytes);
            bytes |= Look(Vector512.Load(from), Vector512.Load(from + 64), Vector512.Load(entry)) & Vector512.Load(entry + 64);
        }
        return bytes;
    }

    private ref int BeginOf(int entry) => ref *(int*)(memory + (entry * EntryBytes) + 128);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Inside(Vector512<int> distance, Vector512<int> limit) =>
        Vector512.GreaterThanOrEqual(distance, Vector512<int>.Zero) & Vector512.LessThan(distance, limit);

    // Exact for the distances below 128 steps.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Steps(Vector512<int> distance, Vector512<float> reciprocal) =>
        Vector512.ConvertToInt32((Vector512.ConvertToSingle(distance) * reciprocal) + Vector512.Create(0.5f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Bytes4(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Vector512.Narrow(Vector512.Narrow(a, b), Vector512.Narrow(c, d)).AsByte();
}
