using System.Text.Json.Serialization;

namespace Empir.Packed;

/// <summary>A layer of a packed network. Layers are numbered from 0 in order of execution.</summary>
/// <param name="Name">The layer's path in the state_dict; empty for a layer without state.</param>
/// <param name="Inputs">The layers whose outputs it takes, all before it; -1 is the image.</param>
/// <param name="Output">Shape of its output for one image.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PackedConv2d), "conv2d")]
[JsonDerivedType(typeof(PackedLinear), "linear")]
[JsonDerivedType(typeof(PackedAffine), "affine")]
[JsonDerivedType(typeof(PackedPositionBias), "position_bias")]
[JsonDerivedType(typeof(PackedClip), "clip")]
[JsonDerivedType(typeof(PackedLeakyRelu), "leaky_relu")]
[JsonDerivedType(typeof(PackedMaxPool2d), "max_pool2d")]
[JsonDerivedType(typeof(PackedAvgPool2d), "avg_pool2d")]
[JsonDerivedType(typeof(PackedFlatten), "flatten")]
[JsonDerivedType(typeof(PackedPad), "pad")]
[JsonDerivedType(typeof(PackedAdd), "add")]
[JsonDerivedType(typeof(PackedConcat), "concat")]
public abstract record PackedLayer(string Name, IReadOnlyList<int> Inputs, PackedShape Output)
{
    /// <summary>What it is called in messages.</summary>
    internal string Title => $"{GetType().Name["Packed".Length..]} {Name}".TrimEnd();
}

/// <summary>A layer with weights.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">[C', H', W'] or [out, 1, 1].</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Activations">How its input is quantised; null at full precision. Low-bit weights need it.</param>
/// <param name="Bias">One value per output, or null.</param>
public abstract record PackedWeightedLayer(
    string Name, IReadOnlyList<int> Inputs, PackedShape Output, PackedWeights Weights, PackedActivations? Activations, float[]? Bias)
    : PackedLayer(Name, Inputs, Output);

/// <summary>Convolution, PyTorch's Conv2d.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer, [C, H, W].</param>
/// <param name="Output">[C', H', W'].</param>
/// <param name="Window">The kernel, its steps and its padding with zeros.</param>
/// <param name="Groups">Groups the channels are split into.</param>
/// <param name="Weights">[C', C / groups, kH, kW].</param>
/// <param name="Activations">How its input is quantised; null at full precision.</param>
/// <param name="Bias">One value per output channel, or null.</param>
public sealed record PackedConv2d(
    string Name, IReadOnlyList<int> Inputs, PackedShape Output, PackedWindow Window, int Groups,
    PackedWeights Weights, PackedActivations? Activations = null, float[]? Bias = null) : PackedWeightedLayer(Name, Inputs, Output, Weights, Activations, Bias);

/// <summary>Fully connected layer, PyTorch's Linear.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer, [in, 1, 1].</param>
/// <param name="Output">[out, 1, 1].</param>
/// <param name="Weights">[out, in].</param>
/// <param name="Activations">How its input is quantised; null at full precision.</param>
/// <param name="Bias">One value per output, or null.</param>
public sealed record PackedLinear(
    string Name, IReadOnlyList<int> Inputs, PackedShape Output, PackedWeights Weights, PackedActivations? Activations = null, float[]? Bias = null)
    : PackedWeightedLayer(Name, Inputs, Output, Weights, Activations, Bias);

/// <summary>scale·x + shift, channel by channel: batch normalisation in evaluation, or the spec's <c>normalize</c>.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">Its shape.</param>
/// <param name="Scale">One value per channel.</param>
/// <param name="Shift">One value per channel.</param>
public sealed record PackedAffine(string Name, IReadOnlyList<int> Inputs, PackedShape Output, double[] Scale, double[] Shift)
    : PackedLayer(Name, Inputs, Output);

/// <summary>x + bias, with a bias of its own at every position.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">Its shape, [C, H, W].</param>
/// <param name="Bias">[C, H, W].</param>
public sealed record PackedPositionBias(string Name, IReadOnlyList<int> Inputs, PackedShape Output, float[] Bias)
    : PackedLayer(Name, Inputs, Output);

/// <summary>min(max(x, minimum), maximum): ReLU without a maximum, ReLU6, hardtanh.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">Its shape.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value; null for none.</param>
public sealed record PackedClip(string Name, IReadOnlyList<int> Inputs, PackedShape Output, float Minimum, float? Maximum = null)
    : PackedLayer(Name, Inputs, Output);

/// <summary>x where it is positive, slope·x elsewhere.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">Its shape.</param>
/// <param name="Slope">The slope.</param>
public sealed record PackedLeakyRelu(string Name, IReadOnlyList<int> Inputs, PackedShape Output, float Slope)
    : PackedLayer(Name, Inputs, Output);

/// <summary>Largest value under each window; padding never wins.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">[C, H', W'].</param>
/// <param name="Window">The window.</param>
public sealed record PackedMaxPool2d(string Name, IReadOnlyList<int> Inputs, PackedShape Output, PackedWindow Window)
    : PackedLayer(Name, Inputs, Output);

/// <summary>Mean under each window; the window of the whole image is a global pool.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">[C, H', W'].</param>
/// <param name="Window">The window.</param>
/// <param name="CountsPadding">Whether padding counts as zeros; what lies beyond the padding never counts.</param>
public sealed record PackedAvgPool2d(string Name, IReadOnlyList<int> Inputs, PackedShape Output, PackedWindow Window, bool CountsPadding)
    : PackedLayer(Name, Inputs, Output);

/// <summary>[C, H, W] to [C·H·W, 1, 1], channel by channel.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">[C·H·W, 1, 1].</param>
public sealed record PackedFlatten(string Name, IReadOnlyList<int> Inputs, PackedShape Output) : PackedLayer(Name, Inputs, Output);

/// <summary>Pixels around the image, and channels of zeros before and after its own.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Output">The larger shape.</param>
/// <param name="Top">Rows before; <paramref name="Output" /> says how many follow.</param>
/// <param name="Left">Columns before.</param>
/// <param name="Front">Channels before.</param>
/// <param name="Mode">What the pixels around the image hold.</param>
// Files have named the constant, always 0.
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record PackedPad(
    string Name, IReadOnlyList<int> Inputs, PackedShape Output, int Top, int Left, int Front, PackedPadMode Mode = PackedPadMode.Constant)
    : PackedLayer(Name, Inputs, Output);

/// <summary>What padding holds, PyTorch's modes.</summary>
public enum PackedPadMode
{
    /// <summary>Zeros.</summary>
    Constant,

    /// <summary>The image mirrored at its outermost pixels, which are not repeated.</summary>
    Reflect,

    /// <summary>The nearest pixel.</summary>
    Replicate,

    /// <summary>The other side of the image.</summary>
    Circular,
}

/// <summary>The sum of several layers' outputs, from the first on.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">Two layers or more, all of one shape.</param>
/// <param name="Output">That shape.</param>
public sealed record PackedAdd(string Name, IReadOnlyList<int> Inputs, PackedShape Output) : PackedLayer(Name, Inputs, Output);

/// <summary>Several layers' outputs one after the other along the channels.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Inputs">One layer or more, equal but for C.</param>
/// <param name="Output">[sum of C, H, W].</param>
public sealed record PackedConcat(string Name, IReadOnlyList<int> Inputs, PackedShape Output) : PackedLayer(Name, Inputs, Output);
