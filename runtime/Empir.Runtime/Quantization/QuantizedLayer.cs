using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// A layer that computes with quantised weights on a quantised input. What is trained and saved is the latent
/// full-precision weight and, where a quantiser learns its range, that range; the bias stays in full precision.
/// </summary>
public abstract class QuantizedLayer : nn.Module<Tensor, Tensor>
{
    // The names are PyTorch's: TorchSharp writes a moved parameter back to the field called like it.
#pragma warning disable IDE0044, IDE1006
    private Parameter weight;
    private Parameter? bias;
#pragma warning restore IDE0044, IDE1006
    private readonly LearnedRange? weightRange, activationRange;
    private Tensor? frozen;

    /// <param name="name">The layer's type.</param>
    /// <param name="weightShape">PyTorch's weight shape, output first.</param>
    /// <param name="hasBias">Whether a bias, one value per output, is added.</param>
    /// <param name="weights">Quantiser of the weights.</param>
    /// <param name="activations">Quantiser of the input.</param>
    protected QuantizedLayer(string name, long[] weightShape, bool hasBias, WeightQuantizer weights, ActivationQuantizer activations)
        : base(name)
    {
        WeightQuantizer = weights;
        ActivationQuantizer = activations;
        weight = new Parameter(zeros(weightShape));
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = new Parameter(zeros(weightShape[0]));
            register_parameter(nameof(bias), bias);
        }
        if (weights is ILearnedRange weightQuantizer)
            weightRange = new LearnedRange(this, weightQuantizer);
        if (activations is ILearnedRange activationQuantizer)
            activationRange = new LearnedRange(this, activationQuantizer);
    }

    /// <summary>Quantiser of the weights.</summary>
    public WeightQuantizer WeightQuantizer { get; }

    /// <summary>Quantiser of the input.</summary>
    public ActivationQuantizer ActivationQuantizer { get; }

    /// <summary>The latent full-precision weights: what the optimiser updates and a checkpoint holds.</summary>
    public Parameter Weight => weight;

    /// <summary>The full-precision bias, if there is one.</summary>
    public Parameter? Bias => bias;

    /// <summary>The weights the layer computes with, as a new tensor; while training, drawn anew where rounding is stochastic.</summary>
    public Tensor QuantizedWeight() =>
        weightRange?.Quantize(weight)
        ?? (training ? WeightQuantizer.QuantizeInTraining(weight) : WeightQuantizer.Quantize(weight));

    /// <inheritdoc />
    public override Tensor forward(Tensor input)
    {
        using var quantized = QuantizedInput(input);
        if (frozen is not null)
            return Apply(quantized, frozen, bias);
        using var live = QuantizedWeight();
        return Apply(quantized, live, bias);
    }

    /// <summary>The layer's linear map.</summary>
    /// <param name="input">Quantised input.</param>
    /// <param name="weight">Quantised weights.</param>
    /// <param name="bias">Full-precision bias or null.</param>
    protected abstract Tensor Apply(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>Quantises the weights once, until <see cref="Unfreeze" />; no gradient reaches the latent weights meanwhile.</summary>
    internal void Freeze()
    {
        using var _ = no_grad();
        frozen = QuantizedWeight().DetachFromDisposeScope();
    }

    internal void Unfreeze()
    {
        frozen?.Dispose();
        frozen = null;
    }

    private Tensor QuantizedInput(Tensor input) =>
        activationRange?.Quantize(input)
        ?? (training && frozen is null ? ActivationQuantizer.QuantizeInTraining(input) : ActivationQuantizer.Quantize(input));

    /// <inheritdoc />
    protected override void RegisterComponents() { }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Unfreeze();
            weight.Dispose();
            bias?.Dispose();
        }
        base.Dispose(disposing);
    }
}
