using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

public unsafe class LevelKernelTests
{
    public static TheoryData<string> Vectorized =>
        new(KernelSelector.LevelKernels.Select(kernel => kernel.Name).Where(name => !name.EndsWith("scalar", StringComparison.Ordinal)));

    // Kernels of other processors run too: each of their instructions is computed otherwise here.
    [Theory]
    [MemberData(nameof(Vectorized))]
    public void EverySumIsTheScalarKernels(string name)
    {
        var kernel = KernelSelector.LevelKernels.Single(one => one.Name == name);
        var random = new Random(17);
        var ran = 0;
        for (var weightBits = 1; weightBits <= 8; weightBits++)
        {
            for (var bits = 1; bits <= 8; bits++)
            {
                for (var i = 0; i < 6; i++)
                    ran += Compare(kernel, random, weightBits, bits, isExtreme: i == 0) ? 1 : 0;
            }
        }
        Assert.True(ran >= 40, $"{name} ran {ran} cases.");
    }

    private static bool Compare(LevelKernel kernel, Random random, int weightBits, int bits, bool isExtreme)
    {
        var highest = (1 << bits) - 1;
        // DoReFa's odd integers, or two's complement, which has the integer 0.
        var levels = random.Next(2) == 0 ? new WeightLevels(weightBits, 2, 1 - (1 << weightBits)) : new WeightLevels(weightBits, 1, -(1 << (weightBits - 1)));
        var channels = random.Next(4) switch { 0 => random.Next(1, 4), 1 => 4 * random.Next(1, 10), _ => random.Next(5, 40) };
        var (rows, columns, outputs, images) = (random.Next(1, 6), random.Next(1, 6), random.Next(1, 70), random.Next(1, 4));
        if (isExtreme)
            (channels, rows, columns, outputs) = (256, 3, 3, 17);
        // Some channels are no weights, as where five are laid out as eight.
        var used = channels == 4 ? 3 : channels;
        var sums = new LevelSums(rows, columns * channels, outputs, highest, levels, channels, used);
        if (!kernel.CanRun(sums))
            return false;

        var width = columns + random.Next(0, 12);
        var height = rows + random.Next(0, 9);
        var bytes = images * height * width * channels;
        using var input = new AlignedMemory(bytes + 128);
        for (var k = 0; k < bytes + 128; k++)
            input.Memory[k] = (byte)(isExtreme || k >= bytes ? highest : random.Next(highest + 1));
        var numbers = new byte[outputs * rows * columns * used];
        for (var w = 0; w < numbers.Length; w++)
            numbers[w] = (byte)(isExtreme ? (w / (numbers.Length / outputs) % 2 == 0 ? (1 << weightBits) - 1 : 0) : random.Next(1 << weightBits));
        // Windows anywhere, or those of a convolution with a stride over several images.
        int At(int image, int y, int x) => ((((image * height) + y) * width) + x) * channels;
        var stride = random.Next(1, 3);
        int[] offsets = random.Next(2) == 0
            ? [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => At(random.Next(images), random.Next(height - rows + 1), random.Next(width - columns + 1)))]
            : [.. from image in Enumerable.Range(0, images)
                  from y in Enumerable.Range(0, ((height - rows) / stride) + 1)
                  from x in Enumerable.Range(0, ((width - columns) / stride) + 1)
                  select At(image, y * stride, x * stride)];
        Assert.Equal(Run(new ScalarLevelKernel(), sums, input, bytes, width * channels, numbers, offsets), Run(kernel, sums, input, bytes, width * channels, numbers, offsets));
        return true;
    }

    private static int[] Run(LevelKernel kernel, LevelSums sums, AlignedMemory input, int bytes, int rowStride, byte[] numbers, int[] offsets)
    {
        const int Tile = 24;
        var stride = kernel.PaddedOutputs(sums) + 3;
        var output = new int[(offsets.Length + Tile) / Tile * Tile * stride];
        Array.Fill(output, -77);
        int[] rows = [.. Enumerable.Range(0, sums.Rows).Select(r => r * rowStride)];
        using var packed = new AlignedMemory(kernel.PackedBytes(sums));
        using var prepared = new AlignedMemory(kernel.PreparedBytes(sums, bytes) + 128);
        var terms = numbers.Length / sums.Outputs;
        for (var o = 0; o < sums.Outputs; o++)
            kernel.Pack(sums, o, numbers.AsSpan(o * terms, terms), packed.Memory);
        kernel.Prepare(sums, input.Memory, bytes, prepared.Memory);
        fixed (int* at = offsets, to = output, runs = rows)
            kernel.Run(sums, packed.Memory, input.Memory, prepared.Memory, runs, at, offsets.Length, to, stride);
        return [.. Enumerable.Range(0, offsets.Length).SelectMany(p => output.AsSpan(p * stride, sums.Outputs).ToArray())];
    }
}
