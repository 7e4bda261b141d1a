using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>The class of the most confident member, whose highest probability is the largest; of equally confident ones, the first.</summary>
public sealed record MaxConfidence : Fusion
{
    /// <inheritdoc />
    public override Tensor Decide(Tensor logits)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (confidence, votes) = logits.softmax(-1).max(-1);                                  // [M, N] each
        var member = confidence.argmax(0, keepdim: true);                                      // [1, N]
        return votes.gather(0, member).squeeze(0).MoveToOuterDisposeScope();
    }
}
