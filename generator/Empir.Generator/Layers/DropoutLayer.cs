using Empir.Generator.Checking.Forms;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>dropout</c>: PyTorch's Dropout.</summary>
internal sealed class DropoutLayer : LayerType
{
    private static readonly Key<double> Probability = Key.Optional("p", new NumberForm(0, 1, below: true), "Share of values zeroed in training; 0.5 by default.");

    public DropoutLayer() : base("dropout", "Zeroes a random share of the values in training.", isRegistered: false, Probability) { }

    public override LayerSpec Build(LayerContext layer)
    {
        var probability = layer.Get(Probability, 0.5);
        return new FunctionSpec(layer.At, layer.Input, Type, Invariant($"p={probability:R}"),
            [new Step(Factory + ".functional.dropout", [Argument.Named("p", probability), Argument.Fixed("training: training")], layer.Input)]);
    }
}
