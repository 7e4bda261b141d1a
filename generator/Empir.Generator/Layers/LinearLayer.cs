using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Emitting;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>linear</c>: PyTorch's Linear.</summary>
internal sealed class LinearLayer : LayerType
{
    private static readonly Key<long> OutFeatures = Key.Required("out_features", new IntegerForm(1, MaximumChannels), "Number of outputs.");
    private static readonly Key<bool> Bias = Key.Optional("bias", new BooleanForm(), "Whether a bias is added; true by default.");

    public LinearLayer() : base("linear", "Fully connected layer.", isRegistered: true, OutFeatures, Bias) { }

    public override LayerSpec? Build(LayerContext layer) =>
        layer.Input.IsImage
            ? layer.DoesNotFit("[F]", "; add a flatten layer before it")
            : new LinearSpec(layer.At, Shape.Vector((int)layer.Get(OutFeatures)), layer.Get(Bias, true), Quantization.Full);
}

/// <inheritdoc />
internal sealed record LinearSpec(LayerPlace At, Shape Output, bool Bias, Quantization Quantization) : WeightedLayerSpec(At, Output, Bias, Quantization)
{
    public override string Type => "linear";

    public override long Weights => (long)Input.Dimensions[0] * Output.Dimensions[0];

    public override long Macs => Weights;

    public override string Summary => "Fully connected";

    public override string Settings => Invariant($"in_features={Input.Dimensions[0]} out_features={Output.Dimensions[0]} bias={Literal.Of(Bias)}");

    public override ModuleCode Module
    {
        get
        {
            Argument[] features = [Argument.Positional("in_features", Input.Dimensions[0]), Argument.Positional("out_features", Output.Dimensions[0])];
            return Quantization.IsFull
                ? new("global::TorchSharp.Modules.Linear", "global::TorchSharp.torch.nn.Linear", [.. features, Argument.Named("hasBias", Bias)], [])
                : new("global::Empir.Quantization.QuantizedLinear", "new global::Empir.Quantization.QuantizedLinear",
                    [.. features, Argument.Named("bias", Bias)], [.. Quantization.Arguments]);
        }
    }

    public override EquatableArray<Step> Steps => [new(Property + ".call", [], Output)];
}
