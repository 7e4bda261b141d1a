using Empir.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// Draws the initial weights of convolutions and fully connected layers. Every other layer keeps what it starts with: norms
/// PyTorch's ones and zeros, <see cref="PositionBias" /> zeros.
/// </summary>
public abstract class Initializer
{
    /// <summary>EMPIR's released code: every output filter and every output feature starts with unit Euclidean length.</summary>
    public static Initializer UnitNorm { get; } = new UnitNormInitializer();

    /// <summary>PyTorch's defaults: uniform within 1/sqrt(fan in), weights and biases.</summary>
    public static Initializer PyTorch { get; } = new PyTorchInitializer();

    /// <summary>Fills the layer's parameters.</summary>
    /// <param name="layer">A layer on the CPU.</param>
    /// <param name="random">The source of randomness, on the CPU.</param>
    public void Initialize(nn.Module layer, Generator random)
    {
        switch (layer)
        {
            case QuantizedConv2d conv: Convolution(conv.Weight, conv.Bias, conv.Groups, conv.WeightQuantizer, random); break;
            case FullConv2d conv: Convolution(conv.Weight, conv.Bias, conv.Groups, null, random); break;
            case Conv2d conv: Convolution(conv.weight!, conv.bias, conv.groups, null, random); break;
            case QuantizedLinear linear: Linear(linear.Weight, linear.Bias, random); break;
            case Linear linear: Linear(linear.weight!, linear.bias, random); break;
        }
    }

    /// <summary>Fills a convolution.</summary>
    /// <param name="weight">[out, in / groups, kh, kw].</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="groups">The convolution's groups.</param>
    /// <param name="quantizer">Its weights' quantiser; null for a plain layer.</param>
    /// <param name="random">The source of randomness.</param>
    protected abstract void Convolution(Tensor weight, Tensor? bias, long groups, WeightQuantizer? quantizer, Generator random);

    /// <summary>Fills a fully connected layer.</summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="random">The source of randomness.</param>
    protected abstract void Linear(Tensor weight, Tensor? bias, Generator random);

    private sealed class UnitNormInitializer : Initializer
    {
        protected override void Convolution(Tensor weight, Tensor? bias, long groups, WeightQuantizer? quantizer, Generator random)
        {
            bias?.zero_();
            var plainGroups = groups > 1 && quantizer is null;
            var lowPrecision = quantizer is { Bits: < 32 };
            TruncatedNormal(weight, plainGroups ? Math.Sqrt(2.0 / FanIn(weight)) : lowPrecision ? 0.2 : 0.1, random);
            if (groups == 1 || quantizer is { Bits: 32 })
                NormalizeOutputs(weight);
        }

        protected override void Linear(Tensor weight, Tensor? bias, Generator random)
        {
            bias?.zero_();
            weight.normal_(0, 1, random);
            NormalizeOutputs(weight);
        }

        // Truncated at two deviations, as TensorFlow's truncated_normal: the inverse distribution function of a uniform draw.
        private static void TruncatedNormal(Tensor weight, double deviation, Generator random)
        {
            const double ErfOfSqrt2 = 0.95449973610364158;
            weight.uniform_(-ErfOfSqrt2, ErfOfSqrt2, random).erfinv_().Mul_(Math.Sqrt(2) * deviation);
        }

        private static void NormalizeOutputs(Tensor weight)
        {
            using var scope = NewDisposeScope();
            var squares = weight.flatten(1).Square().sum(1).Add_(1e-7);
            weight.div_(squares.sqrt_().view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]));
        }
    }

    private sealed class PyTorchInitializer : Initializer
    {
        protected override void Convolution(Tensor weight, Tensor? bias, long groups, WeightQuantizer? quantizer, Generator random) =>
            Linear(weight, bias, random);

        protected override void Linear(Tensor weight, Tensor? bias, Generator random)
        {
            var bound = 1 / Math.Sqrt(FanIn(weight));
            weight.uniform_(-bound, bound, random);
            bias?.uniform_(-bound, bound, random);
        }
    }

    private static long FanIn(Tensor weight) => weight.numel() / weight.shape[0];
}
