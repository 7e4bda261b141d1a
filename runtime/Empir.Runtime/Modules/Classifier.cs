using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// A network from images [N, C, H, W] to logits [N, classes]. Generated classes derive from it; they register their
/// layers by name, so that <c>state_dict()</c> has PyTorch's names.
/// </summary>
public abstract class Classifier : Block
{
    /// <param name="card">The network's facts.</param>
    protected Classifier(ClassifierCard card) : base(Named(card)) => Card = card;

    /// <summary>The network's facts: layers, shapes, bits, parameters.</summary>
    public ClassifierCard Card { get; }

    /// <summary>
    /// Draws the initial weights of every layer from a generator of its own, in the order of registration, a block's layers
    /// where the block stands.
    /// </summary>
    /// <param name="initializer">The rule that draws them.</param>
    /// <param name="seed">Same seed, same weights, on every device.</param>
    protected void Initialize(Initializer initializer, long seed)
    {
        using var random = new Generator((ulong)seed, CPU);
        using var _ = no_grad();
        InitializeChildren(this, initializer, random);
    }

    /// <summary>
    /// Prepares the network for prediction or attack until the result is disposed: evaluation mode, no parameter
    /// gradients, and every weight quantised once instead of at every call. May be nested.
    /// </summary>
    public IDisposable Freeze() => new FrozenClassifier(this);

    // Surfaces of one network are attacked side by side.
    internal Lock FreezeLock { get; } = new();

    // How many Freeze() are alive, and what undoes them.
    internal int Freezes { get; set; }

    internal Action? Thaw { get; set; }

    private static void InitializeChildren(nn.Module module, Initializer initializer, Generator random)
    {
        foreach (var layer in module.children())
        {
            initializer.Initialize(layer, random);
            InitializeChildren(layer, initializer, random);
        }
    }

    // The native library must be there before TorchSharp's own base constructor looks for it.
    private static string Named(ClassifierCard card)
    {
        NativeLibraries.EnsureLoaded();
        return card.Architecture;
    }
}
