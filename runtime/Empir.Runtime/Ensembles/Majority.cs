using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>
/// The class with the most votes; among classes with equally many, the one the tie-break member scores highest. With two
/// low-precision members and a full-precision tie-breaker this is the paper's rule (EMPIR, section 3).
/// </summary>
/// <param name="TieBreak">Index of the member that decides ties.</param>
public sealed record Majority(int TieBreak) : Fusion
{
    /// <inheritdoc />
    public override Tensor Decide(Tensor logits)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var votes = logits.argmax(-1);                                                        // [M, N]
        var counts = nn.functional.one_hot(votes, logits.shape[2]).sum([0]);                    // [N, C]
        var behind = counts < counts.amax([1], keepdim: true);
        return logits[TieBreak].masked_fill(behind, double.NegativeInfinity).argmax(-1).MoveToOuterDisposeScope();
    }
}
