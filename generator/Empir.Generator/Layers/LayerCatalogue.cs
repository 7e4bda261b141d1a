namespace Empir.Generator.Layers;

/// <summary>Every layer type of the language, in the order that documentation and completion show them.</summary>
internal static class LayerCatalogue
{
    public static IReadOnlyList<LayerType> All { get; } =
    [
        new Conv2dLayer(),
        new LinearLayer(),
        new BatchNormLayer(),
        new GroupNormLayer(),
        new PositionBiasLayer(),
        .. ElementwiseLayer.All,
        new MaxPool2dLayer(),
        new AvgPool2dLayer(),
        .. AdaptivePoolLayer.All,
        .. GlobalPoolLayer.All,
        new DropoutLayer(),
        new PadLayer(),
        new FlattenLayer(),
        .. JoinLayer.All,
        new ResidualLayer(),
        new BranchesLayer(),
        new RepeatLayer(),
    ];
}
