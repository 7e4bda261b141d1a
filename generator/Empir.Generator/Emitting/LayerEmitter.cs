using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>One layer as C#: its property, its construction and its step of the forward pass.</summary>
internal static class LayerEmitter
{
    private const string Modules = "global::TorchSharp.Modules";
    private const string Factory = "global::TorchSharp.torch.nn";
    private const string Quantization = "global::Empir.Quantization";
    private const string Operations = "global::Empir.Modules.Operations";

    /// <summary>Whether the layer is an object of its own, with a property and a name in the state_dict.</summary>
    public static bool IsRegistered(LayerSpec layer) => layer is WeightedLayerSpec or BatchNormSpec;

    public static string PropertyType(LayerSpec layer) => layer switch
    {
        ConvolutionSpec { Bits.IsFull: true } => $"{Modules}.Conv2d",
        ConvolutionSpec => $"{Quantization}.QuantizedConv2d",
        LinearSpec { Bits.IsFull: true } => $"{Modules}.Linear",
        LinearSpec => $"{Quantization}.QuantizedLinear",
        BatchNormSpec { Input.IsImage: true } => $"{Modules}.BatchNorm2d",
        _ => $"{Modules}.BatchNorm1d",
    };

    public static string Summary(LayerSpec layer) => layer switch
    {
        ConvolutionSpec convolution => $"Convolution, {layer.Input} to {layer.Output}; {BitsInWords(convolution.Bits)}.",
        LinearSpec linear => $"Fully connected, {layer.Input} to {layer.Output}; {BitsInWords(linear.Bits)}.",
        _ => $"Batch normalisation of {layer.Input}.",
    };

    /// <summary>The layer's construction: a first line, and the arguments in lines below it where there are many.</summary>
    public static (string Head, IReadOnlyList<string> Arguments) Construction(LayerSpec layer)
    {
        switch (layer)
        {
            case ConvolutionSpec { Bits.IsFull: true } convolution:
                return ($"{Factory}.Conv2d(", [ConvolutionArguments(convolution, "kernel_size") + ")"]);
            case ConvolutionSpec convolution:
                return ($"new {Quantization}.QuantizedConv2d(", [ConvolutionArguments(convolution, "kernel") + ",", Quantizers(convolution.Bits) + ")"]);
            case LinearSpec { Bits.IsFull: true } linear:
                return (Invariant($"{Factory}.Linear({linear.Input.Dimensions[0]}, {linear.Output.Dimensions[0]}, hasBias: {Literal.Of(linear.Bias)})"), []);
            case LinearSpec linear:
                return ($"new {Quantization}.QuantizedLinear(",
                    [Invariant($"{linear.Input.Dimensions[0]}, {linear.Output.Dimensions[0]}, bias: {Literal.Of(linear.Bias)},"), Quantizers(linear.Bits) + ")"]);
            default:
                var norm = (BatchNormSpec)layer;
                return (Invariant($"{Factory}.{(norm.Input.IsImage ? "BatchNorm2d" : "BatchNorm1d")}({norm.Input.Channels}, eps: {norm.Epsilon:R}, momentum: {norm.Momentum:R})"), []);
        }
    }

    /// <summary>The layer's steps of the forward pass: functions of one activation, as method groups or lambdas.</summary>
    public static IEnumerable<ForwardStep> Forward(LayerSpec layer)
    {
        switch (layer)
        {
            case ConvolutionSpec { Padding: { IsSymmetric: false } padding } convolution:
                var padded = Shape.Image(
                    layer.Input.Channels, layer.Input.Height + padding.Top + padding.Bottom, layer.Input.Width + padding.Left + padding.Right);
                yield return ForwardStep.Call($"{Operations}.Pad", Invariant($"left: {padding.Left}, right: {padding.Right}, top: {padding.Top}, bottom: {padding.Bottom}"), padded);
                yield return ForwardStep.Call($"{convolution.Property}.call", layer.Output);
                break;
            case ReluSpec:
                yield return ForwardStep.Call($"{Operations}.Relu", layer.Output);
                break;
            case FlattenSpec:
                yield return ForwardStep.Call($"{Operations}.Flatten", layer.Output);
                break;
            case PoolSpec pool:
                yield return ForwardStep.Call($"{Operations}.{(pool.Kind == PoolKind.Max ? "MaxPool2d" : "AvgPool2d")}",
                    $"kernel: {Literal.Of(pool.Kernel)}, stride: {Literal.Of(pool.Stride)}, padding: {Literal.Of(pool.Padding)}", layer.Output);
                break;
            case DropoutSpec dropout:
                yield return ForwardStep.Call($"{Factory}.functional.dropout", $"p: {Literal.Of(dropout.Probability)}, training: training", layer.Output);
                break;
            case NormalizeSpec:
                yield return ForwardStep.Call($"{Operations}.Normalize", "Mean, Deviation", layer.Output);
                break;
            default:
                yield return ForwardStep.Call($"{layer.Property}.call", layer.Output);
                break;
        }
    }

    /// <summary>The layer's row of the card.</summary>
    public static string Card(LayerSpec layer)
    {
        var bits = layer is WeightedLayerSpec weighted ? weighted.Bits : default;
        return Invariant($"new({Literal.Of(layer.Name)}, {Literal.Of(layer.Type)}, {Literal.Of(layer.Settings)}, {layer.Output}, {bits.Weights}, {bits.Activations}, {layer.Parameters}, {layer.Macs}, {layer.Bytes}),");
    }

    private static string ConvolutionArguments(ConvolutionSpec convolution, string kernel)
    {
        // Padding that differs from side to side is a step of its own.
        var padding = convolution.Padding.IsSymmetric ? new Size(convolution.Padding.Top, convolution.Padding.Left) : default;
        return Invariant($"{convolution.Input.Channels}, {convolution.Output.Channels}, {kernel}: {Literal.Of(convolution.Kernel)}, stride: {Literal.Of(convolution.Stride)}, padding: {Literal.Of(padding)}, groups: {convolution.Groups}, bias: {Literal.Of(convolution.Bias)}");
    }

    private static string Quantizers(Bits bits)
    {
        var weights = bits.Weights == 32 ? $"{Quantization}.WeightQuantizer.None" : Invariant($"new {Quantization}.DoReFaWeights({bits.Weights})");
        var activations = bits.Activations == 32 ? $"{Quantization}.ActivationQuantizer.None" : Invariant($"new {Quantization}.DoReFaActivations({bits.Activations})");
        return $"weights: {weights}, activations: {activations}";
    }

    private static string BitsInWords(Bits bits) => bits.IsFull
        ? "full precision"
        : Invariant($"{bits.Weights}-bit weights, {bits.Activations}-bit input");
}

/// <summary>A function from one activation to the next.</summary>
/// <param name="OnInput">The call on the network's input, which stays the caller's.</param>
/// <param name="OnActivation">The call on an activation, which is released.</param>
/// <param name="Output">The shape that comes out.</param>
internal sealed record ForwardStep(string OnInput, string OnActivation, Shape Output)
{
    public static ForwardStep Call(string function, Shape output) =>
        new($"{function}(input)", $"x.Then({function})", output);

    public static ForwardStep Call(string function, string arguments, Shape output) =>
        new($"{function}(input, {arguments})", $"x.Then(t => {function}(t, {arguments}))", output);
}
