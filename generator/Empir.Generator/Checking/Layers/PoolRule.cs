using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Checking.Layers;

internal sealed class PoolRule : LayerRule
{
    private static readonly Key<Size> KernelSize = Key.Required("kernel_size", new SizeForm(1, MaximumWindow), "Size of the window.");
    private static readonly Key<Size> Stride = Key.Optional("stride", new SizeForm(1, MaximumWindow), "Step between outputs; the kernel size by default.");
    private static readonly Key<Size> PaddingKey = Key.Optional("padding", new SizeForm(0, MaximumWindow / 2), "Padding on both sides, at most half the window; 0 by default.");

    private readonly PoolKind kind;

    public PoolRule(string type, PoolKind kind, string description) : base(type, description, needsName: false, KernelSize, Stride, PaddingKey) =>
        this.kind = kind;

    public override LayerSpec? Build(Fields fields, int line, Shape input, Report report)
    {
        if (!input.IsImage)
            return NeedsImage(fields, input, report);

        var kernel = fields.Get(KernelSize);
        var stride = fields.Get(Stride, kernel);
        var padding = fields.Get(PaddingKey);
        if (padding.Height > kernel.Height / 2 || padding.Width > kernel.Width / 2)
        {
            report.Add(Descriptors.PaddingTooLarge, fields.Locate(PaddingKey), What(fields), padding.ToString(), kernel.ToString(),
                new Size(kernel.Height / 2, kernel.Width / 2).ToString());
            return null;
        }

        var window = new Window(kernel, stride, Padding.Around(padding));
        return window.Slide(input) is { } size
            ? new PoolSpec(Name(fields), line, input, Shape.Image(input.Channels, size.Height, size.Width), kind, kernel, stride, padding)
            : DoesNotFit(fields, input, $"at least {window.Smallest(input)}", "; use a smaller window", report);
    }
}
