using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using static System.FormattableString;

namespace Empir.Generator.Checking.Layers;

internal sealed class ConvolutionRule : LayerRule
{
    private static readonly Key<long> OutChannels = Key.Required("out_channels", new IntegerForm(1, MaximumChannels), "Number of filters.");
    private static readonly Key<Size> KernelSize = Key.Required("kernel_size", new SizeForm(1, MaximumWindow), "Size of a filter.");
    private static readonly Key<Size> Stride = Key.Optional("stride", new SizeForm(1, MaximumWindow), "Step between outputs; 1 by default.");
    private static readonly Key<PaddingChoice> PaddingKey = Key.Optional("padding", new PaddingForm(MaximumWindow), "Zeros around the image: a size, 'same' as in TensorFlow, or 'valid' (none, the default).");
    private static readonly Key<long> Groups = Key.Optional("groups", new IntegerForm(1, MaximumChannels), "Groups the channels are split into; 1 by default.");
    private static readonly Key<bool> Bias = Key.Optional("bias", new BooleanForm(), "Whether a bias is added; true by default.");

    public ConvolutionRule() : base("conv2d", "Convolution over an image.", needsName: true, OutChannels, KernelSize, Stride, PaddingKey, Groups, Bias) { }

    public override LayerSpec? Build(Fields fields, int line, Shape input, Report report)
    {
        if (!input.IsImage)
            return NeedsImage(fields, input, report);

        var outChannels = (int)fields.Get(OutChannels);
        var groups = (int)fields.Get(Groups, 1);
        if (!Divides(fields, groups, input.Channels, "input", report) || !Divides(fields, groups, outChannels, "output", report))
            return null;

        var kernel = fields.Get(KernelSize);
        var stride = fields.Get(Stride, new(1, 1));
        var choice = fields.Get(PaddingKey);
        var padding = choice.Same ? Window.Same(input, kernel, stride) : Padding.Around(choice.Size);
        var window = new Window(kernel, stride, padding);
        return window.Slide(input) is { } size
            ? new ConvolutionSpec(
                Name(fields), line, input, Shape.Image(outChannels, size.Height, size.Width),
                kernel, stride, padding, groups, fields.Get(Bias, true), Bits.Full)
            : DoesNotFit(fields, input, $"at least {window.Smallest(input)}", "; use a smaller kernel or more padding", report);
    }

    private bool Divides(Fields fields, int groups, int channels, string side, Report report)
    {
        if (channels % groups == 0)
            return true;
        report.Add(Descriptors.GroupsDoNotDivide, fields.Locate(Groups), What(fields), Invariant($"{groups}"), Invariant($"{channels}"), side);
        return false;
    }
}
