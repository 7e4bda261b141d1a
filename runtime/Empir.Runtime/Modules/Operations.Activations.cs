using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Modules;

public static partial class Operations
{
    /// <summary>max(x, 0).</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor Relu(Tensor x) => nn.functional.relu(x);

    /// <summary>min(max(x, 0), 6).</summary>
    /// <inheritdoc cref="Relu" />
    public static Tensor Relu6(Tensor x) => nn.functional.relu6(x);

    /// <summary>x where it is positive, slope·x elsewhere.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="slope">PyTorch's negative_slope.</param>
    public static Tensor LeakyRelu(Tensor x, double slope) => x.LeakyRelu(slope);

    /// <summary>x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
    /// <inheritdoc cref="Relu" />
    public static Tensor Gelu(Tensor x) => nn.functional.gelu(x);

    /// <summary>Gelu by its tanh formula, x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))): PyTorch's <c>approximate="tanh"</c>.</summary>
    /// <inheritdoc cref="Relu" />
    public static Tensor GeluTanh(Tensor x) => nn.functional.gelu(x, GELU.Approximate.tanh);

    /// <summary>x·sigmoid(x), also called swish.</summary>
    /// <inheritdoc cref="Relu" />
    public static Tensor Silu(Tensor x) => nn.functional.silu(x);

    /// <summary>min(max(x, minimum), maximum); no gradient at the bounds and beyond.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="minimum">PyTorch's min_val.</param>
    /// <param name="maximum">PyTorch's max_val.</param>
    // TorchSharp 0.107's hardtanh drops its result and returns its input; the in-place form works.
    public static Tensor Hardtanh(Tensor x, double minimum, double maximum) => x.clone().Hardtanh_(minimum, maximum);
}
