using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>pad</c>: pixels around an image, or channels of zeros before and after its own.</summary>
internal sealed class PadLayer : LayerType
{
    public const string Zeros = "zeros";
    public const string Reflect = "reflect";
    public const string Replicate = "replicate";
    public const string Circular = "circular";

    private static readonly Key<IReadOnlyList<Item<long>>> Sides = Key.Optional("padding", new ListForm<long>(new IntegerForm(0, MaximumWindow), 4, 4), "Pixels [left, right, top, bottom].");
    private static readonly Key<string> Mode = Key.Optional("mode", new ChoiceForm(Modes), "What the padding holds; zeros by default.");
    private static readonly Key<IReadOnlyList<Item<long>>> Channels = Key.Optional("channels", new ListForm<long>(new IntegerForm(0, MaximumChannels), 2, 2), "Channels of zeros [before, after].");

    public PadLayer() : base("pad", "Pixels around an image, or channels of zeros beside its own.", isRegistered: false, Sides, Mode, Channels) { }

    public static string[] Modes => [Zeros, Reflect, Replicate, Circular];

    /// <summary>A step that pads.</summary>
    public static Step Step(Padding padding, string mode, Shape output) => new(
        Operations + ".Pad",
        [.. padding.Arguments, .. mode == Zeros ? Array.Empty<Argument>() : [Argument.Fixed("mode: global::TorchSharp.PaddingModes." + Identifier.Pascal(mode))]],
        output);

    /// <summary>Whether the image is large enough to be reflected or wrapped; reported if not.</summary>
    public static bool Fits(LayerContext layer, Key key, Padding padding, string mode)
    {
        var (height, width) = (Math.Max(padding.Top, padding.Bottom), Math.Max(padding.Left, padding.Right));
        // A reflection leaves the border pixel out, so it has one pixel less to give.
        var spare = mode == Reflect ? 1 : 0;
        if (mode is Zeros or Replicate || (height <= layer.Input.Height - spare && width <= layer.Input.Width - spare))
            return true;
        layer.Report.Add(Descriptors.PaddingBeyondImage, layer.Fields.Locate(key), layer.What, mode, padding.ToString(), layer.Input.ToString());
        return false;
    }

    public override LayerSpec? Build(LayerContext layer)
    {
        if (!layer.Input.IsImage)
            return layer.NeedsImage();
        if (!layer.Fields.Has(Sides) && !layer.Fields.Has(Channels))
        {
            layer.Report.Add(Descriptors.MissingKey, layer.Declared.TypeSpan, $"{Sides.Name}' or '{Channels.Name}", Table.Title);
            return null;
        }

        if (layer.IsUnused(Mode, !layer.Fields.Has(Sides), "'channels', which are zeros"))
            return null;
        var steps = new List<Step>();
        var shape = layer.Input;
        var settings = new List<string>();
        if (layer.Fields.Has(Sides))
        {
            var sides = layer.Get(Sides);
            var padding = new Padding((int)sides[0].Value, (int)sides[1].Value, (int)sides[2].Value, (int)sides[3].Value);
            var mode = layer.Get(Mode, Zeros);
            if (!Fits(layer, Sides, padding, mode))
                return null;
            shape = padding.Pad(shape);
            steps.Add(Step(padding, mode, shape));
            settings.Add($"padding={padding} mode={mode}");
        }
        if (layer.Fields.Has(Channels))
        {
            var (before, after) = (layer.Get(Channels)[0].Value, layer.Get(Channels)[1].Value);
            shape = Shape.Image(shape.Channels + (int)before + (int)after, shape.Height, shape.Width);
            steps.Add(new(Operations + ".PadChannels", [Argument.Named("before", before), Argument.Named("after", after)], shape));
            settings.Add(Invariant($"channels={before},{after}"));
        }
        return new FunctionSpec(layer.At, shape, Type, string.Join(" ", settings), [.. steps]);
    }
}
