using Empir.Generator.Checking.Specs;

namespace Empir.Generator.Layers;

/// <summary><c>flatten</c>.</summary>
internal sealed class FlattenLayer() : LayerType("flatten", "An image as a vector, [C, H, W] to [C*H*W].", isRegistered: false)
{
    public override LayerSpec Build(LayerContext layer) => layer.Function("Flatten", Shape.Vector((int)layer.Input.Elements));
}
