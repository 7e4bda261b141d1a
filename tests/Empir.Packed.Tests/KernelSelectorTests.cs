using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

public class KernelSelectorTests
{
    // The kernels that were the fastest where the cost model's figures were measured, u2-u8's on another processor than the others', by
    // layers of the paper's networks.
    [Avx512VbmiTheory]
    [InlineData(32, 5, 32, 2, 2, "256x2c3-avx512vbmi-vpermb")]
    [InlineData(32, 5, 32, 4, 2, "256x2c3-avx512vbmi-vpermb")]
    [InlineData(256, 3, 256, 2, 2, "8x64c6-avx512vbmi-vpermb")]
    [InlineData(64, 3, 64, 2, 3, "8x64c6-avx512vbmi-vpermb")]
    [InlineData(64, 6, 128, 2, 4, "8x64c6-avx512vbmi-vpermb")]
    [InlineData(64, 6, 128, 1, 4, "u8-u1-s32-conv-4x128c6-avx512vbmi-vpermb")]
    [InlineData(512, 3, 512, 1, 4, "u8-u1-s32-conv-4x128c6-avx512vbmi-vpermb")]
    [InlineData(64, 3, 64, 4, 4, "avx512bw-maddubs")]
    [InlineData(1, 8, 64, 2, 4, "avx512bw-maddubs")]
    [InlineData(3, 5, 32, 2, 2, "256x2c3-avx512vbmi-vpermb")]
    [InlineData(1, 3, 32, 4, 2, "avx512bw-maddubs")]
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

    // Few channels, few outputs or few pixels under a window do not pay for transforms; nor does an image of few tiles for filters that
    // are many times as large, read once for each image.
    [Avx2Theory]
    [InlineData(32, 5, 32, 15, true)]
    [InlineData(32, 5, 64, 7, true)]
    [InlineData(3, 5, 32, 32, true)]
    [InlineData(64, 3, 64, 32, true)]
    [InlineData(256, 3, 256, 8, true)]
    [InlineData(512, 3, 512, 4, false)]
    [InlineData(1, 5, 32, 28, false)]
    [InlineData(1, 3, 16, 28, false)]
    public void ItChoosesTransformsWhereTheyPay(int channels, int window, int outputs, int size, bool pays)
    {
        var tiles = WinogradSums.TilesOver(size) * WinogradSums.TilesOver(size);
        foreach (var part in new[] { null, "avx2" })
            Assert.Equal(pays, new KernelSelector(part).Choose(new(window, channels, outputs), tiles, new(window, window * channels, outputs), size * size) is not null);
    }

    private static void Chooses(string part, int channels, int kernel, int outputs, int weightBits, int bits, string instructions)
    {
        const int Pixels = 256;
        var input = (16 + kernel - 1) * (16 + kernel - 1) * channels;
        var sums = new LevelSums(kernel, kernel * channels, outputs, (1 << bits) - 1, new(weightBits, 2, 1 - (1 << weightBits)), channels, channels);
        Assert.EndsWith(instructions, new KernelSelector(part).Find(sums, Pixels, input)!.Name, StringComparison.Ordinal);
    }
}
