using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;

namespace Empir.Generator.Layers;

/// <summary>Where a layer stands.</summary>
/// <param name="Name">Its name in the spec; empty for a layer without one.</param>
/// <param name="Line">Its line in the spec, from 1; 0 when lines are not emitted, so that they cannot change the output.</param>
/// <param name="Input">Shape that goes in.</param>
internal sealed record LayerPlace(string Name, int Line, Shape Input)
{
    /// <summary>The layer's property in C#.</summary>
    public string Property { get; } = Identifier.Pascal(Name);
}

/// <summary>A checked layer: everything the emitter writes about it.</summary>
internal abstract record LayerSpec(LayerPlace At, Shape Output)
{
    public string Name => At.Name;

    public int Line => At.Line;

    public Shape Input => At.Input;

    public string Property => At.Property;

    /// <summary>The layer's type in the spec.</summary>
    public abstract string Type { get; }

    /// <summary>The remaining keys in canonical form.</summary>
    public virtual string Settings => "";

    public virtual long Parameters => 0;

    public virtual long Macs => 0;

    /// <summary>Bytes the stored layer needs: quantised weights at their bits, everything else at 32.</summary>
    public virtual long Bytes => 0;

    /// <summary>The module it registers under its name; null for a layer without state.</summary>
    public virtual ModuleCode? Module => null;

    /// <summary>Its steps of the forward pass; none for a layer of layers, which the emitter writes itself.</summary>
    public virtual EquatableArray<Step> Steps => [];

    /// <summary>What it is in words, for the documentation of its property.</summary>
    public virtual string Summary => Type;

    /// <summary>The rows of the card, in order of execution, each with its path in the state_dict.</summary>
    public virtual IEnumerable<Row> Rows(string prefix) => [Row(prefix)];

    /// <summary>Its own row; a layer without a name has no path.</summary>
    protected Row Row(string prefix) => new(Name.Length > 0 ? prefix + Name : "", this);

    /// <summary>This layer with every layer of weights in it replaced.</summary>
    public virtual LayerSpec Map(string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) => this;
}

/// <summary>A row of the card.</summary>
/// <param name="Path">Its path in the state_dict.</param>
/// <param name="Layer">The layer.</param>
internal sealed record Row(string Path, LayerSpec Layer)
{
    /// <summary>What the layer's settings mean among the rows.</summary>
    public string Meaning { get; init; } = "";

    public string Settings => Layer.Settings + Meaning;
}

/// <summary>A layer without state: a function.</summary>
internal sealed record FunctionSpec(LayerPlace At, Shape Output, string Kind, string Details, EquatableArray<Step> Functions) : LayerSpec(At, Output)
{
    public override string Type => Kind;

    public override string Settings => Details;

    public override EquatableArray<Step> Steps => Functions;
}

/// <summary>A layer with state that no precision changes.</summary>
internal sealed record ModuleSpec(
    LayerPlace At, string Kind, string Details, string Words, long Trained, long Stored, ModuleCode Code) : LayerSpec(At, At.Input)
{
    public override string Type => Kind;

    public override string Settings => Details;

    public override string Summary => Words;

    public override long Parameters => Trained;

    public override long Bytes => 4 * Stored;

    public override ModuleCode Module => Code;

    public override EquatableArray<Step> Steps => [new(Property + ".call", [], Output)];
}

/// <summary>A layer with weights, which a precision may quantise.</summary>
internal abstract record WeightedLayerSpec(LayerPlace At, Shape Output, bool Bias, Quantization Quantization) : LayerSpec(At, Output)
{
    /// <summary>Weights without the bias.</summary>
    public abstract long Weights { get; }

    /// <summary>One bias per output channel or feature.</summary>
    public long Biases => Bias ? Output.Dimensions[0] : 0;

    public Bits Bits => new(Quantization.Weights.Bits, Quantization.Activations.Bits);

    /// <summary>Biases and learned ranges: what stays in full precision.</summary>
    private long Full => Biases + Quantization.LearnedRanges;

    public override long Parameters => Weights + Full;

    public override long Bytes => (((Weights * Bits.Weights) + 7) / 8) + (4 * (Full + Quantization.Scales(Output.Dimensions[0])));

    public override LayerSpec Map(string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) => replace(prefix + Name, this);
}

/// <summary>Bits of a layer's weights and of its input.</summary>
internal readonly record struct Bits(int Weights, int Activations)
{
    public bool IsFull => Weights == 32 && Activations == 32;
}
