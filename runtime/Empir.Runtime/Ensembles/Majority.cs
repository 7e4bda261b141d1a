using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>
/// The class with the most votes; among classes with equally many, the one the tie-break member scores highest, or without
/// such a member the one with the highest mean probability. With two low-precision members and a full-precision tie-breaker
/// this is the paper's rule (EMPIR, section 3).
/// </summary>
/// <param name="TieBreak">Index of the member that decides ties; null for all members' mean probability.</param>
public sealed record Majority(int? TieBreak) : Fusion
{
    /// <inheritdoc />
    public override Tensor Decide(Tensor logits)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var votes = logits.argmax(-1);                                                        // [M, N]
        var counts = nn.functional.one_hot(votes, logits.shape[2]).sum([0]);                    // [N, C]
        var behind = counts < counts.amax([1], keepdim: true);
        var scores = TieBreak is { } member ? logits[member] : logits.softmax(-1).mean([0]);    // [N, C]
        return scores.MaskedFill(behind, double.NegativeInfinity).argmax(-1).MoveToOuterDisposeScope();
    }
}
