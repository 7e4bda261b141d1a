using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>How the members' outputs become one decision: a pure function of their logits.</summary>
public abstract record Fusion
{
    /// <summary>The ensemble's class for every image.</summary>
    /// <param name="logits">The members' logits, [M, N, C].</param>
    /// <returns>[N], 64-bit integers.</returns>
    public abstract Tensor Decide(Tensor logits);
}

/// <summary>What an averaging fusion averages.</summary>
public enum FusedOutput
{
    /// <summary>The members' softmax outputs.</summary>
    Probabilities,

    /// <summary>The members' logits.</summary>
    Logits,
}
