using System.Runtime.Intrinsics.X86;
using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

public class KernelSelectorTests
{
    // The kernels that were the fastest where the cost model's figures were measured, by layers of the paper's networks.
    public static TheoryData<string, int, int, int, int, int, string> Measured => new()
    {
        { "avx", 32, 5, 32, 2, 2, "avx512vbmi-vpermb" },
        { "avx", 32, 5, 32, 4, 2, "avx512bw-maddubs" },
        { "avx", 64, 6, 128, 2, 4, "avx512vbmi-vpermb" },
        { "avx", 64, 3, 64, 4, 4, "avx512bw-maddubs" },
        { "avx", 1, 8, 64, 2, 4, "avx512bw-maddubs" },
        { "avx", 3, 5, 32, 2, 2, "avx512bw-maddubs" },
        { "avx", 256, 3, 256, 8, 8, "avx512bw-maddwd" },
        { "avx2", 64, 6, 128, 2, 4, "avx2-pshufb" },
        { "avx2", 32, 5, 32, 4, 2, "avx2-maddubs" },
        { "avx2", 1, 8, 64, 2, 4, "avx2-maddubs" },
        { "avx2", 256, 3, 256, 8, 8, "avx2-maddwd" },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void TheCostModelChoosesWhatWasFastest(string part, int channels, int kernel, int outputs, int weightBits, int bits, string instructions)
    {
        if (!(part == "avx2" ? Avx2.IsSupported : Avx512Vbmi.IsSupported))
            return;
        const int Pixels = 256;
        var stride = channels == 3 ? 4 : channels;
        var input = (16 + kernel - 1) * (16 + kernel - 1) * stride;
        var sums = new LevelSums(kernel, kernel * stride, outputs, (1 << bits) - 1, new(weightBits, 2, 1 - (1 << weightBits)), stride, channels);
        Assert.EndsWith(instructions, new KernelSelector(part).Choose(sums, Pixels, input, "conv").Name, StringComparison.Ordinal);
    }
}
