using Empir.Generator.Layers;
using Empir.Generator.Values;

namespace Empir.Generator.Checking.Specs;

/// <summary>A checked spec: all that is emitted, and nothing that is not.</summary>
internal sealed record EnsembleSpec(
    string Name, string Description, string File, string Hash, int Classes, InputSpec Input,
    EquatableArray<NetworkSpec> Networks, EquatableArray<MemberSpec> Members,
    FusionSpec Fusion, TrainingSpec Training, EvaluationSpec Evaluation)
{
    /// <summary>What it costs and may cost; null without a budget.</summary>
    public BudgetSpec? Budget { get; init; }

    public NetworkSpec NetworkOf(MemberSpec member) => Networks.First(network => network.ClassName == member.ClassName);
}

/// <summary>The image a network takes.</summary>
internal sealed record InputSpec(Shape Shape, double Minimum, double Maximum, NormalizeSpec? Normalize);

/// <summary>Shift and scale per channel, inside the network, and their line in the spec.</summary>
internal sealed record NormalizeSpec(int Line, EquatableArray<double> Mean, EquatableArray<double> Deviation)
{
    /// <summary>The network's first layer: not in the spec's list, but part of its function.</summary>
    public LayerSpec Layer(Shape image) => new FunctionSpec(
        new("", Line, image), image, "normalize", $"mean={Join(Mean)} std={Join(Deviation)}",
        [new Step("global::Empir.Modules.Operations.Normalize", [Argument.Fixed("Mean"), Argument.Fixed("Deviation")], image)]);

    private static string Join(EquatableArray<double> values) => string.Join(",", values.Select(value => FormattableString.Invariant($"{value:R}")));
}

/// <summary>
/// One architecture at one precision: a class nested in its ensemble's. <c>SourcePath</c> is the spec's full path for line
/// directives, empty when none are emitted.
/// </summary>
internal sealed record NetworkSpec(
    string Ensemble, string File, string SourcePath, string Architecture, string Precision, string Initialization,
    InputSpec Input, int Classes, EquatableArray<LayerSpec> Layers)
{
    public string ClassName => Architecture + Identifier.Pascal(Precision);

    /// <summary>Whether every weight and activation has 32 bits.</summary>
    public bool IsFullPrecision => Rows.Select(row => row.Layer).OfType<WeightedLayerSpec>().All(layer => layer.Bits.IsFull);

    /// <summary>Every layer inside, in order of execution, each with its path in the state_dict.</summary>
    public IEnumerable<Row> Rows => Layers.Rows("");

    public long Parameters => Rows.Sum(row => row.Layer.Parameters);

    public long Macs => Rows.Sum(row => row.Layer.Macs);

    public long Bytes => Rows.Sum(row => row.Layer.Bytes);
}

/// <summary>A member; <c>InitFrom</c> names the member whose trained weights it starts from, if there is one.</summary>
internal sealed record MemberSpec(string Name, string ClassName, long Seed, string? InitFrom)
{
    public string Property => Identifier.Pascal(Name);

    public string Parameter => Identifier.Camel(Name);
}

internal enum FusedOutput
{
    Probabilities,
    Logits,
}

/// <summary>How the members' outputs become one decision.</summary>
internal abstract record FusionSpec;

/// <summary>Ties go to a member, by index and name, or without one to the highest mean probability.</summary>
internal sealed record MajoritySpec(int? TieBreak, string? TieBreakName) : FusionSpec;

internal sealed record AverageSpec(FusedOutput Of) : FusionSpec;

internal sealed record MaxConfidenceSpec : FusionSpec;

internal sealed record WeightedSpec(FusedOutput Of, EquatableArray<double> Weights) : FusionSpec;

internal enum ThreatNorm
{
    Linf,
    L2,
}

internal sealed record EvaluationSpec(
    ThreatNorm Norm, double Epsilon, EquatableArray<string> Protocols, long? Images, EquatableArray<ProtocolImages> ImagesByProtocol,
    bool Ladder, bool Transfer, bool Masking);

/// <summary>How many images a protocol attacks.</summary>
internal sealed record ProtocolImages(string Protocol, long Images);
