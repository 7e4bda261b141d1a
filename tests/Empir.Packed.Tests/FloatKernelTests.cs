using Empir.Packed.Kernels;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

public unsafe class FloatKernelTests
{
    public static TheoryData<string> Supported => new(KernelSelector.FloatKernels.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name));

    // Whole numbers, whose sums are exact in any order.
    [Theory]
    [MemberData(nameof(Supported))]
    public void EverySumIsExact(string name)
    {
        var kernel = KernelSelector.FloatKernels.Single(one => one.Name == name);
        var random = new Random(23);
        for (var round = 0; round < 300; round++)
        {
            var (rows, run, outputs, pixels) = (random.Next(1, 6), random.Next(1, 40), random.Next(1, 70), random.Next(1, 30));
            // As few outputs and pixels as fill no vector and no tile, too.
            if (round % 3 == 0)
                (outputs, pixels) = (random.Next(1, 9), random.Next(1, 4));
            var sums = new FloatSums(rows, run, outputs);
            int[] starts = [.. Enumerable.Range(0, rows).Select(_ => random.Next(0, 60))];
            int[] places = [.. Enumerable.Range(0, pixels).Select(_ => random.Next(0, 500))];
            // The input ends with the last value that is read.
            float[] values = [.. Enumerable.Range(0, places.Max() + starts.Max() + run).Select(_ => (float)random.Next(-50, 51))];
            float[] weights = [.. Enumerable.Range(0, outputs * rows * run).Select(_ => (float)random.Next(-50, 51))];
            var expected = from place in places
                           from o in Enumerable.Range(0, outputs)
                           select (float)(from r in Enumerable.Range(0, rows)
                                          from k in Enumerable.Range(0, run)
                                          select (double)weights[(((o * rows) + r) * run) + k] * values[place + starts[r] + k]).Sum();

            Assert.Equal(expected, Run(kernel, sums, values, starts, weights, places));
        }
    }

    // Every memory ends where the kernel has to stop.
    private static float[] Run(FloatKernel kernel, FloatSums sums, float[] values, int[] starts, float[] weights, int[] places)
    {
        var stride = kernel.PaddedOutputs(sums) + 3;
        var room = (places.Length + Tiles.BandPixels) / Tiles.BandPixels * Tiles.BandPixels * stride;
        using var packed = new GuardedMemory(kernel.PackedBytes(sums));
        using var input = new GuardedMemory((values.Length * sizeof(float)) + Plane.Slack);
        using var runs = new GuardedMemory(starts.Length * sizeof(int));
        using var offsets = new GuardedMemory(places.Length * sizeof(int));
        using var output = new GuardedMemory(room * sizeof(float));
        // Sums are written, not added to what is there, and nothing behind the input counts.
        new Span<float>(output.Memory, room).Fill(-77);
        new Span<byte>(input.Memory, (values.Length * sizeof(float)) + Plane.Slack).Fill(255);
        values.CopyTo(new Span<float>(input.Memory, values.Length));
        starts.CopyTo(new Span<int>(runs.Memory, starts.Length));
        places.CopyTo(new Span<int>(offsets.Memory, places.Length));
        kernel.Pack(sums, weights, (float*)packed.Memory);
        kernel.Run(
            sums, (float*)packed.Memory, (float*)input.Memory, (int*)runs.Memory, (int*)offsets.Memory, places.Length, (float*)output.Memory, stride);
        var results = (float*)output.Memory;
        return [.. Enumerable.Range(0, places.Length).SelectMany(p => new ReadOnlySpan<float>(results + ((long)p * stride), sums.Outputs).ToArray())];
    }
}
