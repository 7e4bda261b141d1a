namespace Empir.Modules;

/// <summary>
/// What all members of an ensemble cost together, as multiples of one of them, every layer at its own bits. No single
/// measure of compute is the right one for every machine, so both common ones stand side by side.
/// </summary>
/// <param name="Member">The member compared with.</param>
/// <param name="Memory">Bytes of the stored networks.</param>
/// <param name="BitOperations">Multiply-accumulates x weight bits x activation bits: the work of bit-serial hardware.</param>
/// <param name="LinearCompute">Multiply-accumulates x the wider of the two bit widths / 32: the work of hardware whose speed follows the wider operand.</param>
public sealed record RelativeCost(string Member, double Memory, double BitOperations, double LinearCompute)
{
    internal static RelativeCost Of(EnsembleCard card, string member)
    {
        var reference = card.Members.FirstOrDefault(candidate => candidate.Name == member)?.Network
            ?? throw new ArgumentException($"{card.Name} has no member {member}.", nameof(member));
        return new(member, Ratio(network => network.Bytes), Ratio(network => network.BitOperations), Ratio(Linear));

        double Ratio(Func<ClassifierCard, double> cost) => card.Members.Sum(one => cost(one.Network)) / cost(reference);
    }

    private static double Linear(ClassifierCard network) =>
        network.Layers.Sum(layer => layer.Macs * Math.Max(layer.WeightBits, layer.ActivationBits) / 32.0);
}
