using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Networks;

/// <summary>From the caller's pixels [C, H, W] to a plane [H, W, C], as activations or as levels.</summary>
/// <param name="input">The images.</param>
/// <param name="target">What is written.</param>
/// <param name="activations">Whose levels; null for the pixels themselves.</param>
internal sealed unsafe class ImageStep(PackedInput input, Plane target, PackedActivations? activations) : Step
{
    // Beyond so many steps from one level to the next, a byte's level is read from a table.
    private const int MostSteps = 15;

    // Bytes of a channel that become levels together: a short row alone would not fill a vector.
    private const int BytesTogether = 1024;

    private readonly byte[] levels = new byte[256];

    // The bytes from which on the level is one more; null where they are too many.
    private byte[]? steps;

    public override void Finish(int chunk)
    {
        if (activations is null)
            return;
        for (var pixel = 0; pixel < levels.Length; pixel++)
            levels[pixel] = activations.Level(Value(pixel));
        var isRising = Enumerable.Range(1, levels.Length - 1).All(pixel => levels[pixel] >= levels[pixel - 1]);
        if (isRising && levels[^1] - levels[0] <= MostSteps)
            steps = [.. Enumerable.Range(levels[0] + 1, levels[^1] - levels[0]).Select(level => (byte)Array.FindIndex(levels, one => one >= level))];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        var (area, width) = (input.Height * input.Width, input.Width);
        var some = stackalloc byte[width];
        var values = stackalloc float[width];
        for (var i = 0; i < chunk.Images; i++)
        {
            var first = (long)chunk.Indices[i] * input.Pixels;
            if (activations is not null && target.ChannelStride is 1 or 3)
            {
                Rows(chunk, i, first);
                continue;
            }
            for (var y = 0; y < input.Height; y++)
            {
                var from = first + ((long)y * width);
                var to = chunk.Pixel(target, i, y, 0);
                for (var c = 0; c < input.Channels; c++, from += area, to += target.ElementSize)
                {
                    // One channel lies as it is written.
                    var isAlone = target.ChannelStride == 1;
                    if (activations is not null)
                    {
                        Levels(chunk, from, width, some);
                        Scatter(some, to);
                    }
                    else
                    {
                        Values(chunk, from, isAlone ? (float*)to : values);
                        if (!isAlone)
                            Scatter(values, (float*)to);
                    }
                }
            }
        }
    }

    // A byte's value is computed as the training data's is: divided by 255 in 32 bits.
    private float Value(int pixel) => (pixel / 255f * (input.Maximum - input.Minimum)) + input.Minimum;

    private void Levels(in Chunk chunk, long from, int count, byte* to)
    {
        if (chunk.Bytes != null)
            Levels(chunk.Bytes + from, count, to);
        else
            activations!.Levels(chunk.Floats + from, count, to);
    }

    private void Values(in Chunk chunk, long from, float* to)
    {
        if (chunk.Bytes != null)
            Values(chunk.Bytes + from, to);
        else
            new ReadOnlySpan<float>(chunk.Floats + from, input.Width).CopyTo(new Span<float>(to, input.Width));
    }

    // The last vector begins so early that nothing beyond the pixels is read or written.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Levels(byte* from, int count, byte* to)
    {
        if (Avx512Vbmi.IsSupported && count >= Vector512<byte>.Count)
        {
            fixed (byte* table = levels)
            {
                Vector512<byte> t0 = Vector512.Load(table), t1 = Vector512.Load(table + 64), t2 = Vector512.Load(table + 128), t3 = Vector512.Load(table + 192);
                for (var x = 0; x < count; x += Vector512<byte>.Count)
                {
                    var place = Math.Min(x, count - Vector512<byte>.Count);
                    var pixels = Vector512.Load(from + place);
                    Vector512.ConditionalSelect(
                        Vector512.LessThan(pixels, Vector512.Create((byte)128)), Avx512Vbmi.PermuteVar64x8x2(t0, pixels, t1), Avx512Vbmi.PermuteVar64x8x2(t2, pixels, t3)).Store(to + place);
                }
            }
        }
        else if (steps is not null && count >= Vector256<byte>.Count)
        {
            for (var x = 0; x < count; x += Vector256<byte>.Count)
            {
                var place = Math.Min(x, count - Vector256<byte>.Count);
                var (pixels, level) = (Vector256.Load(from + place), Vector256.Create(levels[0]));
                foreach (var step in steps)
                    level -= Vector256.GreaterThanOrEqual(pixels, Vector256.Create(step));
                level.Store(to + place);
            }
        }
        else
        {
            for (var x = 0; x < count; x++)
                to[x] = levels[from[x]];
        }
    }

    // One or three channels: several rows at once, and then each to its place.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(in Chunk chunk, int image, long from)
    {
        var (width, area) = (input.Width, input.Height * input.Width);
        var together = Math.Clamp(BytesTogether / width, 1, input.Height);
        var planeBytes = together * width;
        var some = stackalloc byte[input.Channels * planeBytes];
        var (to, rowBytes) = ((nint)chunk.Pixel(target, image, 0, 0), target.RowBytes);
        for (var y = 0; y < input.Height; y += together, from += planeBytes)
        {
            var rows = Math.Min(together, input.Height - y);
            for (var c = 0; c < input.Channels; c++)
                Levels(chunk, from + ((long)c * area), rows * width, some + (c * planeBytes));
            for (var r = 0; r < rows; r++, to += rowBytes)
            {
                if (input.Channels == 1)
                    Unsafe.CopyBlockUnaligned((byte*)to, some + (r * width), (uint)width);
                else
                    Three(some + (r * width), planeBytes, (byte*)to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Values(byte* from, float* to)
    {
        var (x, width, range, least) = (0, input.Width, input.Maximum - input.Minimum, Vector256.Create(input.Minimum));
        for (; x <= width - Vector256<float>.Count; x += Vector256<float>.Count)
        {
            var (lower, upper) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)(from + x)).AsByte()));
            ((Vector256.ConvertToSingle(Vector256.Create(lower, upper).AsInt32()) / 255f * range) + least).Store(to + x);
        }
        for (; x < width; x++)
            to[x] = Value(from[x]);
    }

    // A row of levels of three planes, sixteen pixels at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Three(byte* rows, int planeBytes, byte* to)
    {
        var (x, width) = (0, input.Width);
        byte* greens = rows + planeBytes, blues = greens + planeBytes;
        for (; x <= width - Vector128<byte>.Count; x += Vector128<byte>.Count, to += 48)
        {
            var (red, green, blue) = (Vector128.Load(rows + x), Vector128.Load(greens + x), Vector128.Load(blues + x));
            Eight(Vector128.WidenLower(red) | (Vector128.WidenLower(green) << 8), Vector128.WidenLower(blue), to);
            Eight(Vector128.WidenUpper(red) | (Vector128.WidenUpper(green) << 8), Vector128.WidenUpper(blue), to + 24);
        }
        for (; x < width; x++, to += 3)
            (to[0], to[1], to[2]) = (rows[x], greens[x], blues[x]);

        static void Eight(Vector128<ushort> low, Vector128<ushort> high, byte* to)
        {
            Four((Vector128.WidenLower(low) | (Vector128.WidenLower(high) << 16)).AsByte(), to);
            Four((Vector128.WidenUpper(low) | (Vector128.WidenUpper(high) << 16)).AsByte(), to + 12);
        }
    }

    // Three bytes of each four, and none beyond them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(Vector128<byte> pixels, byte* to)
    {
        var packed = Vector128.Shuffle(pixels, Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255));
        *(long*)to = packed.AsInt64().ToScalar();
        *(int*)(to + 8) = packed.AsInt32().GetElement(2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter<T>(T* from, T* to) where T : unmanaged
    {
        var (width, step) = (input.Width, (nint)target.ChannelStride);
        for (var x = 0; x < width; x++, to += step)
            *to = from[x];
    }
}
