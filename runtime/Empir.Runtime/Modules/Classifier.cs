using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// A network from images [N, C, H, W] to logits [N, classes]. Generated classes derive from it; they register their
/// layers by name, so that <c>state_dict()</c> has PyTorch's names.
/// </summary>
public abstract class Classifier : nn.Module<Tensor, Tensor>
{
    /// <param name="card">The network's facts.</param>
    protected Classifier(ClassifierCard card) : base(Named(card)) => Card = card;

    /// <summary>The network's facts: layers, shapes, bits, parameters.</summary>
    public ClassifierCard Card { get; }

    /// <summary>Registers a layer under its spec name and returns it.</summary>
    /// <param name="name">The layer's name: its state_dict prefix.</param>
    /// <param name="layer">The layer.</param>
    protected TLayer Register<TLayer>(string name, TLayer layer) where TLayer : nn.Module
    {
        register_module(name, layer);
        return layer;
    }

    /// <summary>Draws the initial weights of every registered layer, in order, from a generator of its own.</summary>
    /// <param name="initializer">The rule that draws them.</param>
    /// <param name="seed">Same seed, same weights, on every device.</param>
    protected void Initialize(Initializer initializer, long seed)
    {
        using var random = new Generator((ulong)seed, CPU);
        using var _ = no_grad();
        foreach (var (name, layer) in named_children())
            initializer.Initialize(layer, random);
    }

    /// <summary>
    /// Prepares the network for prediction or attack until the result is disposed: evaluation mode, no parameter
    /// gradients, and every weight quantised once instead of at every call. May be nested.
    /// </summary>
    public IDisposable Freeze() => new FrozenClassifier(this);

    // How many Freeze() are alive, and what undoes them.
    internal int Freezes { get; set; }

    internal Action? Thaw { get; set; }

    // Generated classes register explicitly, so TorchSharp's reflection has nothing to find.
    /// <inheritdoc />
    protected override void RegisterComponents() { }

    // The native library must be there before TorchSharp's own base constructor looks for it.
    private static string Named(ClassifierCard card)
    {
        NativeLibraries.EnsureLoaded();
        return card.Architecture;
    }
}
