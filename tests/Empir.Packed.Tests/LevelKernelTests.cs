using Empir.Packed.Kernels;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

public unsafe class LevelKernelTests
{
    public static TheoryData<string, bool> Vectorized
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var kernel in KernelSelector.LevelKernels.Where(kernel => !kernel.Name.EndsWith("scalar", StringComparison.Ordinal)))
            {
                data.Add(kernel.Name, false);
                data.Add(kernel.Name, true);
            }
            return data;
        }
    }

    // Kernels of other processors run too: each of their instructions is computed otherwise here.
    [Theory]
    [MemberData(nameof(Vectorized))]
    public void EverySumIsTheScalarKernels(string name, bool isGrouped)
    {
        var kernel = KernelSelector.LevelKernels.Single(one => one.Name == name);
        var random = new Random(17);
        Fill[] fills = [Fill.Random, Fill.Random, Fill.Random, Fill.Random, Fill.Highest, Fill.Highest, Fill.Matched, Fill.Matched, Fill.Zero];
        for (var bits = 1; bits <= 8; bits++)
        {
            // A sign has the levels 0 to 2, its -1 being 0.
            foreach (var highest in new[] { 1, 2, 3, 7, 15, 31, 63, 127, 255 })
            {
                foreach (var (i, fill) in fills.Index())
                {
                    // In turn DoReFa's odd integers and two's complement, which has the integer 0.
                    var weights = i % 2 == 0 ? new WeightLevels(bits, 2, 1 - (1 << bits)) : new WeightLevels(bits, 1, -(1 << (bits - 1)));
                    var ran = Compare(kernel, random, weights, highest, fill, isGrouped);
                    // Where sums are as large as can be, whole rows are too long for some kernels.
                    if ((fill == Fill.Random || isGrouped) && KernelSupport.Runs(name, weights, highest, isGrouped) is { } runs)
                        Assert.True(ran == runs, $"{name} {(ran ? "runs" : "refuses")} {weights}, levels up to {highest}.");
                }
            }
        }
    }

    [Fact]
    public void TablesOfWeightsHaveALimit()
    {
        var kernel = new WeightTableLevelKernel();
        Assert.True(kernel.CanRun(new(1, 256, 1 << 10, 1, new(5, 2, -31), 256, 256)));
        Assert.False(kernel.CanRun(new(1, 256, 1 << 20, 1, new(5, 2, -31), 256, 256)));
    }

    private static bool Compare(LevelKernel kernel, Random random, WeightLevels weights, int highest, Fill fill, bool isGrouped)
    {
        var channels = random.Next(4) switch { 0 => random.Next(isGrouped ? 2 : 1, 5), 1 => 4 * random.Next(1, 5), _ => random.Next(5, 40) };
        var (rows, columns, outputs, images) = (random.Next(1, 6), random.Next(1, 6), random.Next(1, 70), random.Next(1, 4));
        if (fill != Fill.Random)
            (channels, rows, columns, outputs) = (256, 3, 3, 67);
        // Some channels are no weights, as where five are laid out as eight.
        var used = channels % 4 == 0 && fill == Fill.Random ? channels - random.Next(4) : channels;
        // Channels of a pixel that are summed up: all, or a group's, of which there are at least two.
        var part = !isGrouped ? used : fill == Fill.Random ? random.Next(1, Math.Max(used / 2, 1) + 1) : (used - 1) / 2;
        var first = isGrouped ? random.Next(used / part) * part : 0;
        // A row of the window is a run, or where it is dilated a pixel is, or what a group has of it.
        var (below, beside) = fill == Fill.Random ? (random.Next(1, 3), random.Next(1, 3)) : (1, 1);
        var sums = isGrouped || beside > 1
            ? new LevelSums(rows * columns, isGrouped ? part : channels, outputs, highest, weights, channels, used)
            : new LevelSums(rows, columns * channels, outputs, highest, weights, channels, used);
        if (!kernel.CanRun(sums))
            return false;
        Assert.True(double.IsFinite(kernel.Cycles(sums, 10, 1000)));

        // Windows anywhere, or those of a convolution with a stride over several images; the extreme ones are an image each.
        var (down, across) = (((rows - 1) * below) + 1, ((columns - 1) * beside) + 1);
        var (height, width) = fill == Fill.Random ? (down + random.Next(0, 9), across + random.Next(0, 12)) : (down, across);
        var stride = random.Next(1, 3);
        int At(int image, int y, int x) => ((((image * height) + y) * width) + x) * channels;
        int[] offsets = random.Next(2) == 0
            ? [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => At(random.Next(images), random.Next(height - down + 1), random.Next(width - across + 1)))]
            : [.. from image in Enumerable.Range(0, images)
                  from y in Enumerable.Range(0, ((height - down) / stride) + 1)
                  from x in Enumerable.Range(0, ((width - across) / stride) + 1)
                  select At(image, y * stride, x * stride)];
        int[] runs = [.. from y in Enumerable.Range(0, rows)
                         from x in Enumerable.Range(0, sums.Rows / rows)
                         select At(0, y * below, x * beside) + first];

        // Numbers of an output: any; the largest or the least; either at each place, and for the next output the other one.
        var (most, terms) = ((1 << weights.Bits) - 1, rows * columns * part);
        var numbers = new byte[outputs * terms];
        for (var w = 0; w < numbers.Length; w++)
        {
            numbers[w] = (byte)(fill switch
            {
                Fill.Random => random.Next(most + 1),
                Fill.Matched => w < terms ? random.Next(2) * most : most - numbers[w - terms],
                _ => w / terms % 2 == 0 ? most : 0,
            });
        }
        // No byte counts that has no weight, such as another group's, nor one behind the input.
        var bytes = images * height * width * channels;
        using var input = new GuardedMemory(bytes + Plane.Slack);
        for (var k = 0; k < bytes + Plane.Slack; k++)
        {
            var (pixel, channel) = (k / channels, (k % channels) - first);
            input.Memory[k] = (byte)(k >= bytes || channel < 0 || channel >= part ? 255 : fill switch
            {
                Fill.Random => random.Next(highest + 1),
                Fill.Matched => numbers[(pixel % (rows * columns) * part) + channel] > 0 ? highest : 0,
                Fill.Zero => 0,
                _ => highest,
            });
        }
        Assert.Equal(Run(new ScalarLevelKernel(), sums, input, bytes, runs, numbers, offsets), Run(kernel, sums, input, bytes, runs, numbers, offsets));
        return true;
    }

    // Every memory ends where the kernel has to stop; only the input and what is prepared have a plane's slack behind them.
    internal static int[] Run(LevelKernel kernel, LevelSums sums, GuardedMemory input, int bytes, int[] rows, byte[] numbers, int[] offsets)
    {
        const int Tile = Tiles.BandPixels;
        var stride = kernel.PaddedOutputs(sums) + 3;
        var preparedBytes = kernel.PreparedBytes(sums, bytes);
        using var packed = new GuardedMemory(kernel.PackedBytes(sums));
        using var prepared = new GuardedMemory(preparedBytes + Plane.Slack);
        var room = (offsets.Length + Tile) / Tile * Tile * stride;
        using var output = new GuardedMemory(room * sizeof(int));
        using var runs = new GuardedMemory(rows.Length * sizeof(int));
        using var places = new GuardedMemory(offsets.Length * sizeof(int));
        new Span<byte>(prepared.Memory + preparedBytes, Plane.Slack).Fill(77);
        // Sums are written, not added to what is there.
        new Span<int>(output.Memory, room).Fill(-77);
        rows.CopyTo(new Span<int>(runs.Memory, rows.Length));
        offsets.CopyTo(new Span<int>(places.Memory, offsets.Length));
        var terms = numbers.Length / sums.Outputs;
        for (var o = 0; o < sums.Outputs; o++)
            kernel.Pack(sums, o, numbers.AsSpan(o * terms, terms), packed.Memory);
        kernel.Prepare(sums, input.Memory, bytes, prepared.Memory);
        kernel.Run(sums, packed.Memory, input.Memory, prepared.Memory, (int*)runs.Memory, (int*)places.Memory, offsets.Length, (int*)output.Memory, stride);
        Assert.False(new Span<byte>(prepared.Memory + preparedBytes, Plane.Slack).ContainsAnyExcept((byte)77), $"{kernel.Name} writes behind what it prepares");
        var results = (int*)output.Memory;
        return [.. Enumerable.Range(0, offsets.Length).SelectMany(p => new ReadOnlySpan<int>(results + ((long)p * stride), sums.Outputs).ToArray())];
    }

    // All at random; or such that sums, and parts of them, are as large as can be: all levels the highest, all 0, or the highest where an
    // output's weights are positive.
    private enum Fill
    {
        Random,
        Highest,
        Zero,
        Matched,
    }
}
