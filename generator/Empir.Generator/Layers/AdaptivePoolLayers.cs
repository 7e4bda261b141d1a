using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;

namespace Empir.Generator.Layers;

/// <summary><c>adaptive_avg_pool2d</c>, <c>adaptive_max_pool2d</c>: PyTorch's pools to a given size.</summary>
internal sealed class AdaptivePoolLayer : LayerType
{
    private static readonly Key<Size> OutputSize = Key.Required("output_size", new SizeForm(1, 16_384), "Size of the result.");

    private readonly string function;

    private AdaptivePoolLayer(string type, string description, string function) : base(type, description, isRegistered: false, OutputSize) =>
        this.function = function;

    public static IReadOnlyList<LayerType> All { get; } =
    [
        new AdaptivePoolLayer("adaptive_avg_pool2d", "Mean of as many regions as the output has pixels.", "AdaptiveAvgPool2d"),
        new AdaptivePoolLayer("adaptive_max_pool2d", "Largest value of as many regions as the output has pixels.", "AdaptiveMaxPool2d"),
    ];

    public override LayerSpec? Build(LayerContext layer)
    {
        if (!layer.Input.IsImage)
            return layer.NeedsImage();
        var size = layer.Get(OutputSize);
        return layer.Function(function, Shape.Image(layer.Input.Channels, size.Height, size.Width), $"output_size={size}", Argument.Named("size", size));
    }
}

/// <summary><c>global_avg_pool2d</c>, <c>global_max_pool2d</c>: one value per channel.</summary>
internal sealed class GlobalPoolLayer : LayerType
{
    private readonly string function;

    private GlobalPoolLayer(string type, string description, string function) : base(type, description, isRegistered: false) => this.function = function;

    public static IReadOnlyList<LayerType> All { get; } =
    [
        new GlobalPoolLayer("global_avg_pool2d", "Mean of each channel, [C, H, W] to [C]; no flatten is needed after it.", "GlobalAvgPool2d"),
        new GlobalPoolLayer("global_max_pool2d", "Largest value of each channel, [C, H, W] to [C]; no flatten is needed after it.", "GlobalMaxPool2d"),
    ];

    public override LayerSpec? Build(LayerContext layer) =>
        layer.Input.IsImage ? layer.Function(function, Shape.Vector(layer.Input.Channels)) : layer.NeedsImage();
}
