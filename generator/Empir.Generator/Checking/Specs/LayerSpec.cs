using Empir.Generator.Checking.Forms;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Checking.Specs;

/// <summary>A checked layer: everything the emitter writes about it.</summary>
/// <param name="Name">Its name in the spec; empty for a layer without one.</param>
/// <param name="Line">Its line in the spec, from 1; 0 when lines are not emitted, so that they cannot change the output.</param>
/// <param name="Input">Shape that goes in.</param>
/// <param name="Output">Shape that comes out.</param>
internal abstract record LayerSpec(string Name, int Line, Shape Input, Shape Output)
{
    /// <summary>The layer's type in the spec.</summary>
    public abstract string Type { get; }

    /// <summary>The remaining keys in canonical form.</summary>
    public virtual string Settings => "";

    public virtual long Parameters => 0;

    public virtual long Macs => 0;

    /// <summary>Bytes the stored layer needs: quantised weights at their bits, everything else at 32.</summary>
    public virtual long Bytes => 0;

    public string Property => Identifier.Pascal(Name);

    protected static string Text(bool value) => value ? "true" : "false";
}

/// <summary>Bits of a layer's weights and of its input.</summary>
internal readonly record struct Bits(int Weights, int Activations)
{
    public static Bits Full => new(32, 32);

    public bool IsFull => Weights == 32 && Activations == 32;
}

/// <summary>A layer with weights, which a precision may quantise.</summary>
internal abstract record WeightedLayerSpec(string Name, int Line, Shape Input, Shape Output, bool Bias, Bits Bits)
    : LayerSpec(Name, Line, Input, Output)
{
    /// <summary>Weights without the bias.</summary>
    public abstract long Weights { get; }

    /// <summary>One bias per output channel or feature.</summary>
    public long Biases => Bias ? Output.Dimensions[0] : 0;

    public override long Parameters => Weights + Biases;

    public override long Bytes => (((Weights * Bits.Weights) + 7) / 8) + (4 * Biases);
}

/// <summary>Zeros around an image.</summary>
internal readonly record struct Padding(int Left, int Right, int Top, int Bottom)
{
    public bool IsSymmetric => Left == Right && Top == Bottom;

    public bool IsNone => this == default;

    public override string ToString() => Invariant($"{Left},{Right},{Top},{Bottom}");

    public static Padding Around(Size size) => new(size.Width, size.Width, size.Height, size.Height);
}

internal sealed record ConvolutionSpec(
    string Name, int Line, Shape Input, Shape Output, Size Kernel, Size Stride, Padding Padding, int Groups, bool Bias, Bits Bits)
    : WeightedLayerSpec(Name, Line, Input, Output, Bias, Bits)
{
    public override string Type => "conv2d";

    public override long Weights => (long)Output.Channels * (Input.Channels / Groups) * Kernel.Height * Kernel.Width;

    public override long Macs => Weights * Output.Height * Output.Width;

    public override string Settings => Invariant(
        $"in_channels={Input.Channels} out_channels={Output.Channels} kernel_size={Kernel} stride={Stride} padding={Padding} groups={Groups} bias={Text(Bias)}");
}

internal sealed record LinearSpec(string Name, int Line, Shape Input, Shape Output, bool Bias, Bits Bits)
    : WeightedLayerSpec(Name, Line, Input, Output, Bias, Bits)
{
    public override string Type => "linear";

    public override long Weights => (long)Input.Dimensions[0] * Output.Dimensions[0];

    public override long Macs => Weights;

    public override string Settings => Invariant($"in_features={Input.Dimensions[0]} out_features={Output.Dimensions[0]} bias={Text(Bias)}");
}

internal sealed record BatchNormSpec(string Name, int Line, Shape Input, double Epsilon, double Momentum)
    : LayerSpec(Name, Line, Input, Input)
{
    public override string Type => "batch_norm";

    public override long Parameters => 2L * Input.Channels;

    // Scale and offset, and the running mean and variance that are stored but not trained.
    public override long Bytes => 4 * 4L * Input.Channels;

    public override string Settings => Invariant($"num_features={Input.Channels} eps={Epsilon:R} momentum={Momentum:R}");
}

internal enum PoolKind
{
    Max,
    Average,
}

internal sealed record PoolSpec(string Name, int Line, Shape Input, Shape Output, PoolKind Kind, Size Kernel, Size Stride, Size Padding)
    : LayerSpec(Name, Line, Input, Output)
{
    public override string Type => Kind == PoolKind.Max ? "max_pool2d" : "avg_pool2d";

    public override string Settings => $"kernel_size={Kernel} stride={Stride} padding={Specs.Padding.Around(Padding)}";
}

internal sealed record ReluSpec(string Name, int Line, Shape Input) : LayerSpec(Name, Line, Input, Input)
{
    public override string Type => "relu";
}

internal sealed record FlattenSpec(string Name, int Line, Shape Input, Shape Output) : LayerSpec(Name, Line, Input, Output)
{
    public override string Type => "flatten";
}

internal sealed record DropoutSpec(string Name, int Line, Shape Input, double Probability) : LayerSpec(Name, Line, Input, Input)
{
    public override string Type => "dropout";

    public override string Settings => Invariant($"p={Probability:R}");
}

/// <summary>The input's <c>normalize</c>: not in the layer list of the spec, but part of the network's function.</summary>
internal sealed record NormalizeSpec(Shape Input, int Line, EquatableArray<double> Mean, EquatableArray<double> Deviation)
    : LayerSpec("", Line, Input, Input)
{
    public override string Type => "normalize";

    public override string Settings => $"mean={Join(Mean)} std={Join(Deviation)}";

    private static string Join(EquatableArray<double> values) => string.Join(",", values.Select(value => Invariant($"{value:R}")));
}
