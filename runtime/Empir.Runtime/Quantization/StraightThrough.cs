using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// A straight-through gradient: the values of one computation with the gradient of another, simpler one (Bengio et al.,
/// arXiv 1308.3432).
/// </summary>
internal static class StraightThrough
{
    /// <summary>Overwrites <paramref name="carrier" /> where it lies, unseen by autograd.</summary>
    /// <param name="carrier">Has the wanted gradient, fresh from an operation whose backward does not read its own result.</param>
    /// <param name="values">The wanted values, of the same shape.</param>
    /// <returns>The carrier.</returns>
    public static Tensor Carry(Tensor carrier, Tensor values)
    {
        using var _ = no_grad();
        using var target = carrier.detach();
        target.copy_(values);
        return carrier;
    }
}
