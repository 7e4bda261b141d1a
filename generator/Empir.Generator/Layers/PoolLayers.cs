using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Layers;

/// <summary>What max and average pools share: PyTorch's window, or TensorFlow's <c>same</c>.</summary>
internal abstract class PoolLayer : LayerType
{
    protected static readonly Key<Size> KernelSize = Key.Required("kernel_size", new SizeForm(1, MaximumWindow), "Size of the window.");
    protected static readonly Key<Size> Stride = Key.Optional("stride", new SizeForm(1, MaximumWindow), "Step between outputs; the kernel size by default.");
    protected static readonly Key<PaddingChoice> PaddingKey = Key.Optional("padding", new PaddingForm(MaximumWindow / 2), "Padding on both sides, at most half the window, or 'same' as in TensorFlow; 0 by default.");
    protected static readonly Key<bool> CeilMode = Key.Optional("ceil_mode", new BooleanForm(), "Whether a window may reach beyond the padded image; false by default.");

    protected PoolLayer(string type, string description, params Key[] keys)
        : base(type, description, isRegistered: false, [KernelSize, Stride, PaddingKey, CeilMode, .. keys]) { }

    /// <summary>The layer on an image it fits on.</summary>
    protected abstract LayerSpec? Build(LayerContext layer, Window window, bool same, Shape output);

    protected virtual Size DilationOf(LayerContext layer) => Window.One;

    public sealed override LayerSpec? Build(LayerContext layer)
    {
        var input = layer.Input;
        if (!input.IsImage)
            return layer.NeedsImage();

        var kernel = layer.Get(KernelSize);
        var stride = layer.Get(Stride, kernel);
        var dilation = DilationOf(layer);
        var choice = layer.Get(PaddingKey);
        if (layer.IsUnused(CeilMode, choice.Same, "'padding: same'"))
            return null;
        if (choice.Size.Height > kernel.Height / 2 || choice.Size.Width > kernel.Width / 2)
        {
            layer.Report.Add(Descriptors.PaddingTooLarge, layer.Fields.Locate(PaddingKey), layer.What, choice.Size.ToString(), kernel.ToString(),
                new Size(kernel.Height / 2, kernel.Width / 2).ToString());
            return null;
        }
        var padding = choice.Same ? Window.Same(input, kernel, stride, dilation) : Padding.Around(choice.Size);
        var window = new Window(kernel, stride, padding, dilation, layer.Get(CeilMode));
        return window.Slide(input) is { } size
            ? Build(layer, window, choice.Same, Shape.Image(input.Channels, size.Height, size.Width))
            : layer.DoesNotFit($"at least {window.Smallest(input)}", "; use a smaller window");
    }

    protected static string Settings(Window window, string more) => string.Concat(
        $"kernel_size={window.Kernel} stride={window.Stride} padding={window.Padding}",
        window.Dilation == Window.One ? "" : $" dilation={window.Dilation}", window.CeilMode ? " ceil_mode=true" : "", more);

    protected static IEnumerable<Argument> Arguments(Window window, Padding padding) =>
    [
        Argument.Named("kernel", window.Kernel), Argument.Named("stride", window.Stride),
        Argument.Named("padding", new Size(padding.Top, padding.Left)),
    ];
}

/// <summary><c>max_pool2d</c>: PyTorch's MaxPool2d; padding never wins.</summary>
internal sealed class MaxPool2dLayer : PoolLayer
{
    private static readonly Key<Size> Dilation = Key.Optional("dilation", new SizeForm(1, MaximumWindow), "Step between the pixels of a window; 1 by default.");

    public MaxPool2dLayer() : base("max_pool2d", "Largest value under each window.", Dilation) { }

    protected override Size DilationOf(LayerContext layer) => layer.Get(Dilation, Window.One);

    protected override LayerSpec Build(LayerContext layer, Window window, bool same, Shape output)
    {
        Argument[] more =
        [
            .. window.Dilation == Window.One ? Array.Empty<Argument>() : [Argument.Named("dilation", window.Dilation)],
            .. window.CeilMode ? [Argument.Named("ceilMode", true)] : Array.Empty<Argument>(),
        ];
        if (window.Padding.IsSymmetric && !(same && IsPadded(window)))
            return layer.Function("MaxPool2d", output, Settings(window, ""), [.. Arguments(window, window.Padding), .. more]);
        // PyTorch pads at most half a window and evenly: otherwise the padding is a step of its own.
        var padded = new Step(Operations + ".Pad", [.. window.Padding.Arguments, Argument.Fixed("value: double.NegativeInfinity")], window.Padding.Pad(layer.Input));
        return new FunctionSpec(layer.At, output, Type, Settings(window, ""),
            [padded, new Step(Operations + ".MaxPool2d", [.. Arguments(window, default), .. more], output)]);
    }

    private static bool IsPadded(Window window) => window.Padding.Top > window.Kernel.Height / 2 || window.Padding.Left > window.Kernel.Width / 2;
}

/// <summary><c>avg_pool2d</c>: PyTorch's AvgPool2d; with <c>same</c>, as in TensorFlow, padding does not count.</summary>
internal sealed class AvgPool2dLayer : PoolLayer
{
    private static readonly Key<bool> CountIncludePad = Key.Optional("count_include_pad", new BooleanForm(), "Whether padding counts as zeros; true by default, never with 'same'.");

    public AvgPool2dLayer() : base("avg_pool2d", "Mean under each window; padding counts.", CountIncludePad) { }

    protected override LayerSpec? Build(LayerContext layer, Window window, bool same, Shape output)
    {
        if (layer.IsUnused(CountIncludePad, same, "'padding: same'"))
            return null;
        if (same)
            return layer.Function("AvgPool2dSame", output, Settings(window, " count_include_pad=false"),
                [Argument.Named("kernel", window.Kernel), Argument.Named("stride", window.Stride), .. window.Padding.Arguments]);
        var counts = layer.Get(CountIncludePad, true);
        Argument[] more =
        [
            .. window.CeilMode ? [Argument.Named("ceilMode", true)] : Array.Empty<Argument>(),
            .. counts ? Array.Empty<Argument>() : [Argument.Named("countIncludePad", false)],
        ];
        return layer.Function("AvgPool2d", output, Settings(window, counts ? "" : " count_include_pad=false"), [.. Arguments(window, window.Padding), .. more]);
    }
}
