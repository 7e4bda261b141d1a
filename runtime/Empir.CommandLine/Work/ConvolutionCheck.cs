using static TorchSharp.torch;

namespace Empir.CommandLine.Work;

/// <summary>
/// Whether libtorch's own convolution computes what it should on this processor: on some, its oneDNN reads what memory held before
/// where channels do not fill a block of 16. Empir's layers fill up such blocks themselves.
/// </summary>
internal static class ConvolutionCheck
{
    // Far above what 32 bits lose in these sums, relative to the largest value.
    private const double Tolerance = 1e-4;
    private const int Repetitions = 3;

    // [N, C, H, W] and [C', C, kH, kW] with whole blocks missing on either side.
    private static readonly (long[] Image, long[] Filters)[] Cases = [([4, 24, 16, 16], [40, 24, 3, 3]), ([4, 3, 32, 32], [10, 3, 3, 3])];

    /// <summary>The finding, in one line.</summary>
    public static string Run()
    {
        var worst = Cases.Max(one => Error(one.Image, one.Filters));
        return worst <= Tolerance
            ? FormattableString.Invariant($"values and gradients agree with double precision (within {worst:0.0e+0} of the largest)")
            : $"libtorch's own convolution is wrong here {(double.IsFinite(worst) ? FormattableString.Invariant($"by {worst:0.0e+0} of the largest value") : "and gives NaN")} (Empir's layers work around it)";
    }

    // The largest difference of outputs and of the image's gradient, over the largest value of each.
    private static double Error(long[] shape, long[] filters)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var (image, weight) = (randn(shape, generator: random), randn(filters, generator: random));
        var wanted = Outcome(image.to(ScalarType.Float64), weight.to(ScalarType.Float64), AsMatrices);
        var worst = 0.0;
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            // What memory held before is large then, not zero by luck.
            linspace(1e6, 1e6, 1 << 20).Dispose();
            worst = wanted.Zip(Outcome(image, weight, (x, w) => nn.functional.conv2d(x, w, padding: [1, 1]))).Select(pair => Difference(pair.First, pair.Second)).Append(worst).Max();
        }
        return worst;
    }

    private static double Difference(Tensor wanted, Tensor found)
    {
        var difference = (found.to(ScalarType.Float64) - wanted).abs().max().item<double>() / wanted.abs().max().item<double>();
        return double.IsNaN(difference) ? double.PositiveInfinity : difference;
    }

    private static Tensor[] Outcome(Tensor image, Tensor weight, Func<Tensor, Tensor, Tensor> convolve)
    {
        using var enabled = enable_grad();
        var leaf = image.detach().requires_grad_(true);
        var output = convolve(leaf, weight);
        return [output.detach(), autograd.grad([(output * output).sum()], [leaf])[0]];
    }

    // The same sums without any of libtorch's convolutions.
    private static Tensor AsMatrices(Tensor image, Tensor weight) =>
        weight.flatten(1).matmul(nn.functional.unfold(image, (3, 3), padding: (1, 1))).view(image.shape[0], weight.shape[0], image.shape[2], image.shape[3]);
}
