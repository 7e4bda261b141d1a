using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Checking.Layers;

internal sealed class BatchNormRule : LayerRule
{
    private static readonly Key<double> Epsilon = Key.Optional("eps", new NumberForm(0, above: true), "Added to the variance; 1e-5 by default.");
    private static readonly Key<double> Momentum = Key.Optional("momentum", new NumberForm(0, 1), "Weight of a batch in the running statistics; 0.1 by default.");

    public BatchNormRule() : base("batch_norm", "Batch normalisation of channels or features; never quantised.", needsName: true, Epsilon, Momentum) { }

    public override LayerSpec Build(Fields fields, int line, Shape input, Report report) =>
        new BatchNormSpec(Name(fields), line, input, fields.Get(Epsilon, 1e-5), fields.Get(Momentum, 0.1));
}
