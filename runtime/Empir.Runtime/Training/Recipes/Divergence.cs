using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>How far two distributions are apart.</summary>
internal static class Divergence
{
    /// <summary>KL(p‖q) = Σ p·(log p - log q), summed over classes and images.</summary>
    /// <param name="logP">log p, [N, classes].</param>
    /// <param name="logQ">log q, [N, classes].</param>
    public static Tensor Sum(Tensor logP, Tensor logQ) => (logP.exp() * (logP - logQ)).sum();
}
