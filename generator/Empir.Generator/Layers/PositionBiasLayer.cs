namespace Empir.Generator.Layers;

/// <summary><c>position_bias</c>: an untied bias, as the first layer of EMPIR's AlexNet has it.</summary>
internal sealed class PositionBiasLayer() : LayerType("position_bias", "Adds a trained bias of its own to every channel at every position; never quantised.", isRegistered: true)
{
    public override LayerSpec? Build(LayerContext layer)
    {
        var input = layer.Input;
        return input.IsImage
            ? new ModuleSpec(layer.At, Type, $"shape={input.Join("x")}", "Bias per position", input.Elements, input.Elements,
                new("global::Empir.Modules.PositionBias", "new global::Empir.Modules.PositionBias",
                    [Argument.Positional("channels", input.Channels), Argument.Positional("height", input.Height), Argument.Positional("width", input.Width)], []))
            : layer.NeedsImage();
    }
}
