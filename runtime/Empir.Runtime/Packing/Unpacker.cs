using Empir.Ensembles;
using Empir.Modules;
using Empir.Packed;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Packing;

/// <summary>
/// Gives a network the weights of a packed member, so that what is deployed can be attacked and evaluated. A low-bit layer gets latent
/// weights that its quantiser takes to exactly the packed ones; those it was trained with are not in the file.
/// </summary>
public static class Unpacker
{
    /// <summary>Takes back one member.</summary>
    /// <param name="model">The packed ensemble.</param>
    /// <param name="ensemble">Freshly built from the spec that the packed one was made from, on the CPU.</param>
    /// <param name="member">Index of the member.</param>
    /// <exception cref="UserErrorException">
    /// The file is of another ensemble or of other networks, or holds a member only in a form that cannot be taken back, as with batch
    /// norm, whose statistics are folded, or with scaled signs, where the mean of their scales comes back a last bit off.
    /// </exception>
    public static void Unpack(PackedModel model, Ensemble ensemble, int member)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(ensemble);
        var (card, network) = (ensemble.Card.Members[member], ensemble.Members[member]);
        if (model.Name != ensemble.Card.Name)
            throw new UserErrorException($"The file is of {model.Name}, not of {ensemble.Card.Name}.");
        var input = card.Network.Input;
        if (model.Input != new PackedInput(input.Channels, input.Height, input.Width, input.Minimum, input.Maximum) || model.Classes != card.Network.Classes)
            throw new UserErrorException($"The file's networks take {model.Input.Channels}x{model.Input.Height}x{model.Input.Width} and tell {model.Classes} classes apart, the spec's {input.Channels}x{input.Height}x{input.Width} and {card.Network.Classes}, or pixels of another range.");
        var packed = model.Members.FirstOrDefault(one => one.Name == card.Name)
            ?? throw new UserErrorException($"The file has no member {card.Name}; it has {string.Join(", ", model.Members.Select(one => one.Name))}.");
        using (no_grad())
            foreach (var layer in packed.Layers)
                Load(layer, network, card.Name);
        // The proof that nothing was lost: packed again, it is the same.
        if (!Bytes(model, Packer.Layers(card.Name, network)).SequenceEqual(Bytes(model, packed.Layers)))
            throw new UserErrorException($"The file's {card.Name} is another network than the spec's, or has a form that cannot be taken back. Keep the checkpoints where that matters.");
    }

    private static void Load(PackedLayer layer, Classifier network, string member)
    {
        var module = layer.Name.Length == 0 ? null : network.named_modules().FirstOrDefault(pair => pair.name == layer.Name).module;
        if (module is null)
            return;
        var state = module.state_dict();
        if (layer is PackedAffine && state.Count > 0)
            throw new UserErrorException($"{member}'s {layer.Name} cannot be taken back: the file has batch norm's scale and shift, not its statistics. Keep the checkpoints.");
        if (layer is PackedPositionBias position && state.TryGetValue("bias", out var positions))
            Copy(position.Bias, positions, layer);
        if (layer is not PackedWeightedLayer weighted || !state.TryGetValue("weight", out var weight))
            return;
        Copy(Latent(weighted, module as QuantizedLayer, weight), weight, layer);
        if (weighted.Bias is { } bias && state.TryGetValue("bias", out var target))
            Copy(bias, target, layer);
        if (module is not QuantizedLayer quantized)
            return;
        if (quantized.WeightQuantizer is LsqWeights && weighted.Weights is LowBitWeights { Scales: [var step] })
            state["weight_step"].Fill_((float)step);
        if (weighted.Activations is { } activations)
            foreach (var name in state.Keys.Where(name => name.StartsWith("activation_", StringComparison.Ordinal)))
                state[name].Fill_(activations.Range);
    }

    // Half of a DoReFa weight is a tanh; every other quantiser keeps its own levels.
    private static float[] Latent(PackedWeightedLayer packed, QuantizedLayer? layer, Tensor weight)
    {
        if (packed.Weights is not LowBitWeights low)
            return ((FullWeights)packed.Weights).Values;
        var (outputs, count) = ((int)weight.shape[0], (int)weight.numel());
        if (low.Planes.Length != LowBitWeights.PlaneBytes(count, low.Bits) || (low.Scales.Length != 1 && low.Scales.Length != outputs))
            throw new UserErrorException($"The file's {packed.Name} has not the spec's {outputs} outputs of {count / outputs} weights: it is of another network.");
        var values = low.Values(outputs, count);
        return layer?.WeightQuantizer is DoReFaWeights dorefa && !(dorefa.Bits == 1 && dorefa.Dialect == DoReFaDialect.DoReFa)
            ? [.. values.Select(value => (float)Math.Atanh(value / 2))]
            : [.. values.Select(value => (float)value)];
    }

    private static void Copy(float[] values, Tensor target, PackedLayer layer)
    {
        if (values.Length != target.numel())
            throw new UserErrorException($"The file's {layer.Name} has {values.Length} weights, the spec's {target.numel()}: it is of another network.");
        using var plain = tensor(values);
        using var shaped = plain.view(target.shape);
        target.copy_(shaped);
    }

    private static byte[] Bytes(PackedModel model, IReadOnlyList<PackedLayer> layers) =>
        PackedFile.ToBytes(model with { Members = [new(model.Members[0].Name, layers)], Fusion = new PackedMaxConfidence(), Metadata = new Dictionary<string, string>() });
}
