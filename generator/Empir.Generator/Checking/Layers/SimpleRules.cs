using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Checking.Layers;

internal sealed class ReluRule() : LayerRule("relu", "max(x, 0).", needsName: false)
{
    public override LayerSpec Build(Fields fields, int line, Shape input, Report report) => new ReluSpec(Name(fields), line, input);
}

internal sealed class FlattenRule() : LayerRule("flatten", "An image as a vector, [C, H, W] to [C*H*W].", needsName: false)
{
    public override LayerSpec Build(Fields fields, int line, Shape input, Report report) =>
        new FlattenSpec(Name(fields), line, input, Shape.Vector((int)input.Elements));
}

internal sealed class DropoutRule : LayerRule
{
    private static readonly Key<double> Probability = Key.Optional("p", new NumberForm(0, 1, below: true), "Share of values zeroed in training; 0.5 by default.");

    public DropoutRule() : base("dropout", "Zeroes a random share of the values in training.", needsName: false, Probability) { }

    public override LayerSpec Build(Fields fields, int line, Shape input, Report report) =>
        new DropoutSpec(Name(fields), line, input, fields.Get(Probability, 0.5));
}
