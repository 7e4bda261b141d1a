using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

public class KernelSelectorTests
{
    // The kernels that were the fastest where the cost model's figures were measured, by layers of the paper's networks.
    [Avx512VbmiTheory]
    [InlineData(32, 5, 32, 2, 2, "avx512vbmi-vpermb")]
    [InlineData(32, 5, 32, 4, 2, "avx512bw-maddubs")]
    [InlineData(64, 6, 128, 2, 4, "avx512vbmi-vpermb")]
    [InlineData(64, 3, 64, 4, 4, "avx512bw-maddubs")]
    [InlineData(1, 8, 64, 2, 4, "avx512bw-maddubs")]
    [InlineData(3, 5, 32, 2, 2, "avx512bw-maddubs")]
    [InlineData(256, 3, 256, 8, 8, "avx512bw-maddwd")]
    public void TheCostModelChoosesWhatWasFastest(int channels, int kernel, int outputs, int weightBits, int bits, string instructions) =>
        Chooses("avx", channels, kernel, outputs, weightBits, bits, instructions);

    [Avx2Theory]
    [InlineData(64, 6, 128, 2, 4, "avx2-pshufb")]
    [InlineData(32, 5, 32, 4, 2, "avx2-maddubs")]
    [InlineData(1, 8, 64, 2, 4, "avx2-maddubs")]
    [InlineData(256, 3, 256, 8, 8, "avx2-maddwd")]
    public void SoItDoesAmongAvx2(int channels, int kernel, int outputs, int weightBits, int bits, string instructions) =>
        Chooses("avx2", channels, kernel, outputs, weightBits, bits, instructions);

    private static void Chooses(string part, int channels, int kernel, int outputs, int weightBits, int bits, string instructions)
    {
        const int Pixels = 256;
        var stride = channels == 3 ? 4 : channels;
        var input = (16 + kernel - 1) * (16 + kernel - 1) * stride;
        var sums = new LevelSums(kernel, kernel * stride, outputs, (1 << bits) - 1, new(weightBits, 2, 1 - (1 << weightBits)), stride, channels);
        Assert.EndsWith(instructions, new KernelSelector(part).Choose(sums, Pixels, input, "conv").Name, StringComparison.Ordinal);
    }
}
