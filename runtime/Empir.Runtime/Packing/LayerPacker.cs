using Empir.Modules;
using Empir.Packed;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Packing;

/// <summary>
/// A network's layers from the rows of its card and the modules of the same paths. The rows of a residual's body and shortcut,
/// or of branches, stand before its own, which says how many they are.
/// </summary>
internal sealed class LayerPacker
{
    private const int Image = -1;

    private readonly string member;
    private readonly ClassifierCard card;
    private readonly Dictionary<string, nn.Module> modules;
    private readonly List<PackedLayer> layers = [];
    private readonly int[] outputs;

    public LayerPacker(string member, Classifier network)
    {
        this.member = member;
        card = network.Card;
        outputs = new int[card.Layers.Count];
        modules = network.named_modules().ToDictionary(pair => pair.name, pair => pair.module, StringComparer.Ordinal);
    }

    /// <summary>All layers.</summary>
    public IReadOnlyList<PackedLayer> Pack()
    {
        Sequence(0, card.Layers.Count, Image);
        return layers;
    }

    // Packs the rows [begin, end) one after the other and returns whose output is theirs.
    private int Sequence(int begin, int end, int input)
    {
        // Found from the back, where a layer of layers says how many rows it has.
        var sizes = new Stack<int>();
        for (var row = end - 1; row >= begin; row -= sizes.Peek())
            sizes.Push(1 + Inside(row).Sum());
        foreach (var size in sizes)
        {
            begin += size;
            input = Row(begin - 1, input);
        }
        return input;
    }

    private int[] Inside(int row)
    {
        var settings = new LayerSettings(card.Layers[row]);
        return card.Layers[row].Type switch
        {
            "residual" => [(int)settings.Number("body"), (int)settings.Number("shortcut")],
            "branches" => [.. settings.Numbers("branches").Select(count => (int)count)],
            _ => [],
        };
    }

    private int Row(int row, int input)
    {
        var layer = card.Layers[row];
        var inside = Inside(row);
        if (inside.Length > 0)
        {
            var begin = row - inside.Sum();
            List<int> branches = [];
            foreach (var count in inside)
            {
                branches.Add(Sequence(begin, begin + count, input));
                begin += count;
            }
            input = Join(layer, branches, layer.Type == "residual" || new LayerSettings(layer).Text("join") == "add");
        }
        else
            input = Layer(row, layer, new(layer), input);
        return outputs[row] = input;
    }

    private int Join(LayerCard layer, IReadOnlyList<int> inputs, bool isSum)
    {
        var shape = Shape(layer);
        return Add(isSum ? new PackedAdd(layer.Name, inputs, shape) : new PackedConcat(layer.Name, inputs, shape));
    }

    private int Add(PackedLayer layer)
    {
        layers.Add(layer);
        return layers.Count - 1;
    }

    private int Layer(int row, LayerCard layer, LayerSettings settings, int input)
    {
        var shape = Shape(layer);
        int[] inputs = [input];
        switch (layer.Type)
        {
            case "dropout":
                return input;
            case "conv2d":
                var (weights, activations, bias) = Weights(layer);
                var window = settings.Window();
                if (Mode(layer, settings.Text("padding_mode", "zeros")) is var border && border != PackedPadMode.Constant)
                {
                    var image = ShapeOf(input);
                    inputs = [Add(new PackedPad(
                        "", inputs, new(image.Channels, image.Height + window.Top + window.Bottom, image.Width + window.Left + window.Right),
                        window.Top, window.Left, 0, Mode: border))];
                    window = window with { Top = 0, Left = 0, Bottom = 0, Right = 0 };
                }
                // TorchSharp adds such zeros before the sign, which makes them +1; the packed engine adds what is 0 behind it.
                if (activations?.Rule == PackedRule.Sign && (window.Top != window.Bottom || window.Left != window.Right))
                    throw Unsupported(layer, "padding that differs from side to side before binary activations");
                return Add(new PackedConv2d(layer.Name, inputs, shape, window, (int)settings.Number("groups"), weights, activations, bias));
            case "linear":
                (weights, activations, bias) = Weights(layer);
                return Add(new PackedLinear(layer.Name, inputs, shape, weights, activations, bias));
            case "batch_norm":
                return Add(BatchNorm(layer, inputs, settings.Number("eps")));
            case "normalize":
                var (mean, deviation) = (settings.Numbers("mean"), settings.Numbers("std"));
                return Add(new PackedAffine(layer.Name, inputs, shape, [.. deviation.Select(one => 1 / one)], [.. mean.Zip(deviation, (m, d) => -m / d)]));
            case "shift":
                var by = settings.Number("by");
                return Add(new PackedAffine(layer.Name, inputs, shape, [.. Enumerable.Repeat(1.0, shape.Channels)], [.. Enumerable.Repeat(by, shape.Channels)]));
            case "position_bias":
                return Add(new PackedPositionBias(layer.Name, inputs, shape, WeightPacker.Floats(modules[layer.Name].state_dict()["bias"])));
            case "relu":
                return Add(new PackedClip(layer.Name, inputs, shape, 0, null));
            case "relu6":
                return Add(new PackedClip(layer.Name, inputs, shape, 0, 6));
            case "hardtanh":
                return Add(new PackedClip(layer.Name, inputs, shape, (float)settings.Number("min_val"), (float)settings.Number("max_val")));
            case "leaky_relu":
                return Add(new PackedLeakyRelu(layer.Name, inputs, shape, (float)settings.Number("negative_slope")));
            case "max_pool2d":
                return Add(new PackedMaxPool2d(layer.Name, inputs, shape, settings.Window()));
            case "avg_pool2d":
                return Add(new PackedAvgPool2d(layer.Name, inputs, shape, settings.Window(), settings.Text("count_include_pad") != "false"));
            case "global_avg_pool2d" or "adaptive_avg_pool2d":
                return Add(new PackedAvgPool2d(layer.Name, inputs, shape, Grid(layer, input), false));
            case "global_max_pool2d" or "adaptive_max_pool2d":
                return Add(new PackedMaxPool2d(layer.Name, inputs, shape, Grid(layer, input)));
            case "flatten":
                return Add(new PackedFlatten(layer.Name, inputs, shape));
            case "pad":
                var (sides, channels) = (settings.Numbers("padding"), settings.Numbers("channels"));
                return Add(new PackedPad(
                    layer.Name, inputs, shape, sides is [] ? 0 : (int)sides[2], sides is [] ? 0 : (int)sides[0], channels is [] ? 0 : (int)channels[0],
                    Mode: Mode(layer, settings.Text("mode", "zeros"))));
            case "add" or "concat":
                if (!settings.Has("rows"))
                    throw Unsupported(layer, "a card that does not say which rows are joined");
                return Join(layer, [input, .. settings.Numbers("rows").Select(up => outputs[row - (int)up])], layer.Type == "add");
            default:
                throw Unsupported(layer, layer.Type);
        }
    }

    private (PackedWeights Weights, PackedActivations? Activations, float[]? Bias) Weights(LayerCard layer)
    {
        var module = modules[layer.Name];
        var state = module.state_dict();
        var bias = state.TryGetValue("bias", out var values) ? WeightPacker.Floats(values) : null;
        if (module is not QuantizedLayer quantized)
            return (new FullWeights(WeightPacker.Floats(state["weight"])), null, bias);
        var packer = new WeightPacker($"{member}'s {layer.Name}");
        return (packer.Weights(quantized), packer.Activations(quantized), bias);
    }

    // Evaluation's batch norm is affine: weight·(x - mean)/sqrt(variance + eps) + bias.
    private PackedAffine BatchNorm(LayerCard layer, int[] inputs, double epsilon)
    {
        var state = modules[layer.Name].state_dict();
        var (mean, variance) = (WeightPacker.Floats(state["running_mean"]), WeightPacker.Floats(state["running_var"]));
        var weight = state.TryGetValue("weight", out var weights) ? WeightPacker.Floats(weights) : [.. mean.Select(_ => 1f)];
        var bias = state.TryGetValue("bias", out var biases) ? WeightPacker.Floats(biases) : new float[mean.Length];
        double[] scale = [.. weight.Zip(variance, (w, v) => w / Math.Sqrt(v + epsilon))];
        double[] shift = [.. bias.Select((b, c) => b - (mean[c] * scale[c]))];
        return new(layer.Name, inputs, Shape(layer), scale, shift);
    }

    // Windows that divide the image into a grid.
    private PackedWindow Grid(LayerCard layer, int input)
    {
        var (image, output) = (ShapeOf(input), Shape(layer));
        if (image.Height % output.Height != 0 || image.Width % output.Width != 0)
            throw Unsupported(layer, $"a grid of {output.Height}x{output.Width} on {image.Height}x{image.Width} pixels");
        var (height, width) = (image.Height / output.Height, image.Width / output.Width);
        return new(height, width, height, width, 0, 0, 0, 0);
    }

    private PackedShape ShapeOf(int input) => input == Image ? new(card.Input.Channels, card.Input.Height, card.Input.Width) : layers[input].Output;

    private PackedPadMode Mode(LayerCard layer, string text) => text switch
    {
        "zeros" => PackedPadMode.Constant,
        "reflect" => PackedPadMode.Reflect,
        "replicate" => PackedPadMode.Replicate,
        "circular" => PackedPadMode.Circular,
        _ => throw Unsupported(layer, "padding by " + text),
    };

    private static PackedShape Shape(LayerCard layer) => layer.OutputShape is [var channels, var height, var width]
        ? new(channels, height, width)
        : new(layer.OutputShape[0], 1, 1);

    private UserErrorException Unsupported(LayerCard layer, string what) =>
        new($"{member}'s {$"{layer.Type} {layer.Name}".TrimEnd()} cannot be packed: {what} has no packed form.");
}
