using Empir.Ensembles;
using Empir.Modules;
using Empir.Packed;

namespace Empir.Packing;

/// <summary>Turns a trained ensemble into the data that <see cref="PackedEnsemble" /> predicts with.</summary>
public static class Packer
{
    /// <summary>Packs an ensemble: quantised weights as bit-planes, all else in full precision.</summary>
    /// <param name="ensemble">The ensemble, trained, on any device.</param>
    /// <param name="classNames">The classes' names, which <see cref="PackedModel.ClassNames" /> gives back; null where nobody knows them.</param>
    /// <exception cref="UserErrorException">A layer has no packed form; the message names it.</exception>
    public static PackedModel Pack(Ensemble ensemble, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        var input = ensemble.Card.Members[0].Network.Input;
        var metadata = new Dictionary<string, string> { ["spec_file"] = ensemble.Card.SpecFile, ["spec_hash"] = ensemble.Card.SpecHash };
        if (classNames is not null)
            metadata[PackedModel.ClassNamesKey] = string.Join('\n', classNames);
        return new(
            ensemble.Card.Name,
            new(input.Channels, input.Height, input.Width, input.Minimum, input.Maximum),
            ensemble.Card.Members[0].Network.Classes,
            Fuse(ensemble),
            [.. ensemble.Card.Members.Zip(ensemble.Members, (card, member) => new PackedMember(card.Name, Layers(card.Name, member)))],
            metadata);
    }

    /// <summary>The layers of one network.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="UserErrorException">A layer has no packed form; the message names it.</exception>
    internal static IReadOnlyList<PackedLayer> Layers(string name, Classifier network)
    {
        using var _ = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var frozen = network.Freeze();
        return new LayerPacker(name, network).Pack();
    }

    private static PackedFusion Fuse(Ensemble ensemble) => ensemble.Fusion switch
    {
        Majority majority => new PackedMajority(majority.TieBreak),
        Average average => new PackedWeightedSum(average.Of == FusedOutput.Probabilities, [.. ensemble.Members.Select(_ => 1.0)]),
        Weighted weighted => new PackedWeightedSum(weighted.Of == FusedOutput.Probabilities, weighted.Weights),
        MaxConfidence => new PackedMaxConfidence(),
        var other => throw new UserErrorException($"{ensemble.Card.Name} fuses by {other.GetType().Name}, which has no packed form; use one of Empir's own rules."),
    };
}
