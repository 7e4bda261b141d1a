using Empir.Generator.Checking.Forms;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>batch_norm</c>: PyTorch's BatchNorm2d on images, BatchNorm1d on vectors.</summary>
internal sealed class BatchNormLayer : LayerType
{
    private static readonly Key<double> Epsilon = Key.Optional("eps", new NumberForm(0, above: true), "Added to the variance; 1e-5 by default.");
    private static readonly Key<double> Momentum = Key.Optional("momentum", new NumberForm(0, 1), "Weight of a batch in the running statistics; 0.1 by default.");
    private static readonly Key<bool> Affine = Key.Optional("affine", new BooleanForm(), "Whether scale and offset are trained; true by default.");

    public BatchNormLayer() : base("batch_norm", "Batch normalisation of channels or features; never quantised.", isRegistered: true, Epsilon, Momentum, Affine) { }

    public override LayerSpec Build(LayerContext layer)
    {
        var channels = layer.Input.Channels;
        var (epsilon, momentum, affine) = (layer.Get(Epsilon, 1e-5), layer.Get(Momentum, 0.1), layer.Get(Affine, true));
        var name = layer.Input.IsImage ? "BatchNorm2d" : "BatchNorm1d";
        var arguments = new List<Argument> { Argument.Positional("features", channels), Argument.Named("eps", epsilon), Argument.Named("momentum", momentum) };
        if (!affine)
            arguments.Add(Argument.Named("affine", affine));
        // The running mean and variance are stored but not trained.
        var trained = affine ? 2L * channels : 0;
        return new ModuleSpec(layer.At, Type,
            Invariant($"num_features={channels} eps={epsilon:R} momentum={momentum:R}{(affine ? "" : " affine=false")}"),
            "Batch normalisation", trained, trained + (2L * channels), new($"{Modules}.{name}", $"{Factory}.{name}", [.. arguments], []));
    }
}
