using TorchSharp.Modules;
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

    /// <summary>Registers blocks that follow one another, as <c>name.0</c>, <c>name.1</c> and so on.</summary>
    /// <param name="name">What they are called together.</param>
    /// <param name="turns">The blocks.</param>
    protected ModuleList<TBlock> Repeat<TBlock>(string name, params TBlock[] turns) where TBlock : nn.Module =>
        Register(name, nn.ModuleList(turns));

    /// <inheritdoc cref="Repeat{TBlock}(string, TBlock[])" />
    /// <param name="name">What they are called together.</param>
    /// <param name="times">How many there are.</param>
    /// <param name="turn">Makes one.</param>
    protected ModuleList<TBlock> Repeat<TBlock>(string name, long times, Func<TBlock> turn) where TBlock : nn.Module
    {
        var turns = new TBlock[times];
        for (var i = 0; i < times; i++)
            turns[i] = turn();
        return Repeat(name, turns);
    }

    // Generated classes register explicitly, so TorchSharp's reflection has nothing to find.
    /// <inheritdoc />
    protected override void RegisterComponents() { }
}
