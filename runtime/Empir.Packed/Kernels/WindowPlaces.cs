using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// Where 64 windows lie: a few steps of an input where some of them begin, and for each of these how far behind, at most 127, every
/// window does. One shuffle then takes the windows' bytes out of the 128 that follow such a step.
/// </summary>
internal readonly unsafe struct WindowPlaces(byte* memory)
{
    /// <summary>Windows.</summary>
    public const int Windows = 64;

    /// <summary>Bytes that <see cref="Find" /> may write: all windows may be far from each other.</summary>
    public const int Bytes = Windows * EntryBytes;

    // For each beginning: the distances, which windows are that near, the beginning, and of the first one their number.
    private const int EntryBytes = 192;

    /// <summary>Finds them.</summary>
    /// <param name="offsets">Where the windows begin, in bytes.</param>
    /// <param name="step">Bytes of a step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(int* offsets, int step)
    {
        var count = 0;
        var (reciprocal, limit) = (Vector512.Create(1f / step), Vector512.Create(128 * step));
        for (var open = Vector512<byte>.AllBitsSet; open.ExtractMostSignificantBits() is var left and not 0; count++)
        {
            var first = offsets[BitOperations.TrailingZeroCount(left)];
            var begin = Vector512.Create(first);
            Vector512<int> d0 = Vector512.Load(offsets) - begin, d1 = Vector512.Load(offsets + 16) - begin, d2 = Vector512.Load(offsets + 32) - begin, d3 = Vector512.Load(offsets + 48) - begin;
            var near = Bytes4(Inside(d0, limit), Inside(d1, limit), Inside(d2, limit), Inside(d3, limit)) & open;
            Bytes4(Steps(d0, reciprocal), Steps(d1, reciprocal), Steps(d2, reciprocal), Steps(d3, reciprocal)).Store(memory + (count * EntryBytes));
            near.Store(memory + (count * EntryBytes) + 64);
            open &= ~near;
            Begin(count) = first / step;
        }
        Count = count;
    }

    /// <summary>The windows' bytes of a plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<byte> Take(byte* plane)
    {
        var first = plane + Begin(0);
        return Count == 1 ? Look(first, Vector512.Load(memory)) : TakeApart(plane);
    }

    private ref int Count => ref *(int*)(memory + 132);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Begin(int entry) => ref *(int*)(memory + (entry * EntryBytes) + 128);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<byte> TakeApart(byte* plane)
    {
        var bytes = Vector512<byte>.Zero;
        for (var i = 0; i < Count; i++)
            bytes |= Look(plane + Begin(i), Vector512.Load(memory + (i * EntryBytes))) & Vector512.Load(memory + (i * EntryBytes) + 64);
        return bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Look(byte* from, Vector512<byte> indices) =>
        Avx512Vbmi.IsSupported
            ? Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(from), indices, Vector512.Load(from + 64))
            : Vector512.Shuffle(Vector512.Load(from), indices) | Vector512.Shuffle(Vector512.Load(from + 64), indices - Vector512.Create((byte)64));

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
