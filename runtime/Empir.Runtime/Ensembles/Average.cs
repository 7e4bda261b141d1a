using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>The class with the highest mean probability or logit.</summary>
/// <param name="Of">What is averaged.</param>
public sealed record Average(FusedOutput Of) : Fusion
{
    /// <inheritdoc />
    public override Tensor Decide(Tensor logits)
    {
        using var _ = no_grad();
        using var outputs = Of == FusedOutput.Probabilities ? logits.softmax(-1) : logits.alias();
        using var mean = outputs.mean([0]);
        return mean.argmax(-1);
    }
}
