using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// A module from [N, ...] to [N, ...] whose layers are registered one by one, so that <c>state_dict()</c> has PyTorch's
/// names. Generated blocks derive from it, and <see cref="Classifier" />, the outermost one.
/// </summary>
public abstract class Block : nn.Module<Tensor, Tensor>
{
    /// <param name="name">The block's type.</param>
    protected Block(string name) : base(name) { }

    /// <summary>Registers a layer, a block or a <c>ModuleList</c> of blocks under its spec name and returns it.</summary>
    /// <param name="name">The layer's name: its state_dict prefix.</param>
    /// <param name="layer">The layer.</param>
    protected TLayer Register<TLayer>(string name, TLayer layer) where TLayer : nn.Module
    {
        register_module(name, layer);
        return layer;
    }

    // Generated classes register explicitly, so TorchSharp's reflection has nothing to find.
    /// <inheritdoc />
    protected override void RegisterComponents() { }
}
