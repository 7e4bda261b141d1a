using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>group_norm</c>: PyTorch's GroupNorm.</summary>
internal sealed class GroupNormLayer : LayerType
{
    private static readonly Key<long> Groups = Key.Required("num_groups", new IntegerForm(1, MaximumChannels), "Groups that share mean and variance; must divide the channels.");
    private static readonly Key<double> Epsilon = Key.Optional("eps", new NumberForm(0, above: true), "Added to the variance; 1e-5 by default.");
    private static readonly Key<bool> Affine = Key.Optional("affine", new BooleanForm(), "Whether scale and offset are trained; true by default.");

    public GroupNormLayer() : base("group_norm", "Normalisation of groups of channels of each image; never quantised.", isRegistered: true, Groups, Epsilon, Affine) { }

    public override LayerSpec? Build(LayerContext layer)
    {
        var channels = layer.Input.Channels;
        var (groups, epsilon, affine) = (layer.Get(Groups), layer.Get(Epsilon, 1e-5), layer.Get(Affine, true));
        if (channels % groups != 0)
        {
            layer.Report.Add(Descriptors.GroupsDoNotDivide, layer.Fields.Locate(Groups), layer.What, Invariant($"{groups}"), Invariant($"{channels}"), "input");
            return null;
        }
        var trained = affine ? 2L * channels : 0;
        return new ModuleSpec(layer.At, Type,
            Invariant($"num_groups={groups} num_channels={channels} eps={epsilon:R}{(affine ? "" : " affine=false")}"), "Group normalisation", trained, trained,
            new($"{Modules}.GroupNorm", $"{Factory}.GroupNorm",
                [Argument.Positional("groups", groups), Argument.Positional("channels", channels), Argument.Named("eps", epsilon), Argument.Named("affine", affine)], []));
    }
}
