using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>The class with the highest weighted sum of probabilities or logits.</summary>
/// <param name="Of">What is summed.</param>
/// <param name="Weights">One weight per member.</param>
public sealed record Weighted(FusedOutput Of, IReadOnlyList<double> Weights) : Fusion
{
    /// <inheritdoc />
    public override Tensor Decide(Tensor logits)
    {
        if (logits.shape[0] != Weights.Count)
            throw new ArgumentException($"{Weights.Count} weights for {logits.shape[0]} members.", nameof(logits));
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var outputs = Of == FusedOutput.Probabilities ? logits.softmax(-1) : logits;
        var weights = tensor(Weights.ToArray(), dtype: logits.dtype, device: logits.device).view(-1, 1, 1);
        return (outputs * weights).sum([0]).argmax(-1).MoveToOuterDisposeScope();
    }
}
