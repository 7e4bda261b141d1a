using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Emitting;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary>Functions of each value on its own, with parameters that are numbers.</summary>
internal sealed class ElementwiseLayer : LayerType
{
    private readonly string function;
    private readonly (Key<double> Key, double Default, string Argument)[] parameters;

    private ElementwiseLayer(string type, string description, string function, params (Key<double> Key, double Default, string Argument)[] parameters)
        : base(type, description, isRegistered: false, [.. parameters.Select(parameter => parameter.Key)])
    {
        this.function = function;
        this.parameters = parameters;
    }

    public static IReadOnlyList<LayerType> All { get; } =
    [
        new ElementwiseLayer("relu", "max(x, 0).", "Relu"),
        new ElementwiseLayer("relu6", "min(max(x, 0), 6).", "Relu6"),
        new ElementwiseLayer("leaky_relu", "x, and a fraction of it below 0.", "LeakyRelu",
            (Key.Optional("negative_slope", new NumberForm(0, 1), "The fraction; 0.01 by default."), 0.01, "slope")),
        new GeluLayer(),
        new ElementwiseLayer("silu", "x times its sigmoid, also called swish.", "Silu"),
        new HardtanhLayer(),
        new ShiftLayer(),
    ];

    public override LayerSpec Build(LayerContext layer)
    {
        var values = parameters.Select(parameter => (parameter.Key.Name, parameter.Argument, Value: layer.Get(parameter.Key, parameter.Default))).ToArray();
        return layer.Function(
            function, layer.Input, string.Join(" ", values.Select(value => Invariant($"{value.Name}={value.Value:R}"))),
            [.. values.Select(value => Argument.Fixed($"{value.Argument}: {Literal.Of(value.Value)}"))]);
    }
}

/// <summary><c>gelu</c>: PyTorch's GELU.</summary>
internal sealed class GeluLayer : LayerType
{
    private static readonly Key<string> Approximate = Key.Optional("approximate", new ChoiceForm("none", "tanh"), "Exact, or by tanh; none by default.");

    public GeluLayer() : base("gelu", "x times the normal distribution function of x.", isRegistered: false, Approximate) { }

    public override LayerSpec Build(LayerContext layer)
    {
        var approximate = layer.Get(Approximate, "none");
        return layer.Function(approximate == "tanh" ? "GeluTanh" : "Gelu", layer.Input, $"approximate={approximate}");
    }
}

/// <summary><c>hardtanh</c>: PyTorch's Hardtanh.</summary>
internal sealed class HardtanhLayer : LayerType
{
    private static readonly Key<double> Minimum = Key.Optional("min_val", new NumberForm(-1e6, 1e6), "Lower end; -1 by default.");
    private static readonly Key<double> Maximum = Key.Optional("max_val", new NumberForm(-1e6, 1e6), "Upper end, above the lower; 1 by default.");

    public HardtanhLayer() : base("hardtanh", "x, clipped to a range.", isRegistered: false, Minimum, Maximum) { }

    public override LayerSpec? Build(LayerContext layer)
    {
        var (minimum, maximum) = (layer.Get(Minimum, -1), layer.Get(Maximum, 1));
        if (minimum < maximum)
            return layer.Function("Hardtanh", layer.Input, Invariant($"min_val={minimum:R} max_val={maximum:R}"),
                Argument.Named("minimum", minimum), Argument.Named("maximum", maximum));
        layer.Report.Add(Descriptors.OutOfRange, layer.Declared.TypeSpan, "'max_val' of " + layer.What, Invariant($"above 'min_val', {minimum}"), Invariant($"{maximum}"));
        return null;
    }
}

/// <summary><c>shift</c>: a number added to every value.</summary>
internal sealed class ShiftLayer : LayerType
{
    private static readonly Key<double> By = Key.Required("by", new NumberForm(-1e6, 1e6), "The number.");

    public ShiftLayer() : base("shift", "x and a number; before an input of one bit it moves the value that pixels are compared with.", isRegistered: false, By) { }

    public override LayerSpec Build(LayerContext layer) =>
        layer.Function("Shift", layer.Input, Invariant($"by={layer.Get(By):R}"), Argument.Named("by", layer.Get(By)));
}
