using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Emitting;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>conv2d</c>: PyTorch's Conv2d, with TensorFlow's <c>same</c> padding.</summary>
internal sealed class Conv2dLayer : LayerType
{
    private static readonly Key<long> OutChannels = Key.Required("out_channels", new IntegerForm(1, MaximumChannels), "Number of filters.");
    private static readonly Key<Size> KernelSize = Key.Required("kernel_size", new SizeForm(1, MaximumWindow), "Size of a filter.");
    private static readonly Key<Size> Stride = Key.Optional("stride", new SizeForm(1, MaximumWindow), "Step between outputs; 1 by default.");
    private static readonly Key<PaddingChoice> PaddingKey = Key.Optional("padding", new PaddingForm(MaximumWindow), "Pixels around the image: a size, 'same' as in TensorFlow, or 'valid' (none, the default).");
    private static readonly Key<string> PaddingMode = Key.Optional("padding_mode", new ChoiceForm(PadLayer.Modes), "What the padding holds; zeros by default.");
    private static readonly Key<Size> Dilation = Key.Optional("dilation", new SizeForm(1, MaximumWindow), "Step between the pixels of a filter; 1 by default.");
    private static readonly Key<long> Groups = Key.Optional("groups", new IntegerForm(1, MaximumChannels), "Groups the channels are split into; 1 by default, $in_channels for a depthwise convolution.");
    private static readonly Key<bool> Bias = Key.Optional("bias", new BooleanForm(), "Whether a bias is added; true by default.");

    public Conv2dLayer() : base("conv2d", "Convolution over an image.", isRegistered: true, OutChannels, KernelSize, Stride, PaddingKey, PaddingMode, Dilation, Groups, Bias) { }

    public override LayerSpec? Build(LayerContext layer)
    {
        var input = layer.Input;
        if (!input.IsImage)
            return layer.NeedsImage();

        var outChannels = (int)layer.Get(OutChannels);
        var groups = (int)layer.Get(Groups, 1);
        if (!Divides(layer, groups, input.Channels, "input") || !Divides(layer, groups, outChannels, "output"))
            return null;

        if (layer.IsUnused(PaddingMode, !layer.Fields.Has(PaddingKey), "no 'padding'"))
            return null;
        var kernel = layer.Get(KernelSize);
        var stride = layer.Get(Stride, Window.One);
        var dilation = layer.Get(Dilation, Window.One);
        var choice = layer.Get(PaddingKey);
        var padding = choice.Same ? Window.Same(input, kernel, stride, dilation) : Padding.Around(choice.Size);
        var mode = layer.Get(PaddingMode, PadLayer.Zeros);
        if (!PadLayer.Fits(layer, PaddingKey, padding, mode))
            return null;
        var window = new Window(kernel, stride, padding, dilation);
        return window.Slide(input) is { } size
            ? new ConvolutionSpec(
                layer.At, Shape.Image(outChannels, size.Height, size.Width), kernel, stride, padding, mode, dilation, groups, layer.Get(Bias, true), Quantization.Full)
            : layer.DoesNotFit($"at least {window.Smallest(input)}", "; use a smaller kernel or more padding");
    }

    private static bool Divides(LayerContext layer, int groups, int channels, string side)
    {
        if (channels % groups == 0)
            return true;
        layer.Report.Add(Descriptors.GroupsDoNotDivide, layer.Fields.Locate(Groups), layer.What, Invariant($"{groups}"), Invariant($"{channels}"), side);
        return false;
    }
}

/// <inheritdoc />
internal sealed record ConvolutionSpec(
    LayerPlace At, Shape Output, Size Kernel, Size Stride, Padding Padding, string PaddingMode, Size Dilation, int Groups, bool Bias, Quantization Quantization)
    : WeightedLayerSpec(At, Output, Bias, Quantization)
{
    public override string Type => "conv2d";

    public override long Weights => (long)Output.Channels * (Input.Channels / Groups) * Kernel.Height * Kernel.Width;

    public override long Macs => Weights * Output.Height * Output.Width;

    public override string Summary => $"Convolution {Kernel}";

    public override string Settings => string.Concat(
        Invariant($"in_channels={Input.Channels} out_channels={Output.Channels} kernel_size={Kernel} stride={Stride} padding={Padding} "),
        PaddingMode == PadLayer.Zeros ? "" : $"padding_mode={PaddingMode} ", Dilation == Window.One ? "" : $"dilation={Dilation} ",
        Invariant($"groups={Groups} bias={Literal.Of(Bias)}"));

    public override ModuleCode Module
    {
        get
        {
            Argument[] channels = [Argument.Positional("in_channels", Input.Channels), Argument.Positional("out_channels", Output.Channels)];
            Argument[] window = [Argument.Named("stride", Stride), Argument.Named("padding", IsPaddedApart ? default : new Size(Padding.Top, Padding.Left))];
            Argument[] groups = [Argument.Named("groups", Groups), Argument.Named("bias", Bias)];
            Argument[] dilation = Dilation == Window.One ? [] : [Argument.Named("dilation", Dilation)];
            EquatableArray<Argument> arguments = [.. channels, Argument.Named("kernel", Kernel), .. window, .. groups];
            return Quantization.IsFull
                ? new("global::Empir.Modules.FullConv2d", "new global::Empir.Modules.FullConv2d", arguments, [.. dilation])
                : new("global::Empir.Quantization.QuantizedConv2d", "new global::Empir.Quantization.QuantizedConv2d", arguments, [.. Quantization.Arguments, .. dilation]);
        }
    }

    public override EquatableArray<Step> Steps
    {
        get
        {
            var convolution = new Step(Property + ".call", [], Output);
            return IsPaddedApart ? [PadLayer.Step(Padding, PaddingMode, Padding.Pad(Input)), convolution] : [convolution];
        }
    }

    // Padding that differs from side to side, or is no zeros, is a step of its own.
    private bool IsPaddedApart => !Padding.IsNone && (!Padding.IsSymmetric || PaddingMode != PadLayer.Zeros);
}
