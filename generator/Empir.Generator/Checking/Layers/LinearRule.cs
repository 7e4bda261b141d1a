using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Checking.Layers;

internal sealed class LinearRule : LayerRule
{
    private static readonly Key<long> OutFeatures = Key.Required("out_features", new IntegerForm(1, MaximumChannels), "Number of outputs.");
    private static readonly Key<bool> Bias = Key.Optional("bias", new BooleanForm(), "Whether a bias is added; true by default.");

    public LinearRule() : base("linear", "Fully connected layer.", needsName: true, OutFeatures, Bias) { }

    public override LayerSpec? Build(Fields fields, int line, Shape input, Report report) =>
        input.IsImage
            ? DoesNotFit(fields, input, "[F]", "; add a flatten layer before it", report)
            : new LinearSpec(Name(fields), line, input, Shape.Vector((int)fields.Get(OutFeatures)), fields.Get(Bias, true), Bits.Full);
}
