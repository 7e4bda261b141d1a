using Empir.Modules;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// Starts a member from another's trained weights, as low-bit networks are often trained from full-precision ones. Learned
/// ranges are not taken over: a range belongs to its bits, and the first batch sets it from the weights that were.
/// </summary>
public static class InitialWeights
{
    /// <summary>Copies weights, biases and statistics.</summary>
    /// <param name="from">The trained network.</param>
    /// <param name="to">A fresh network of the same architecture, at any precision.</param>
    /// <exception cref="ArgumentException">The networks have not the same tensors.</exception>
    public static void Copy(Classifier from, Classifier to)
    {
        using var _ = no_grad();
        var (source, ranges) = (from.state_dict(), LearnedRange.Names(from).Concat(LearnedRange.Names(to)).ToHashSet());
        foreach (var (name, target) in to.state_dict().Where(entry => !ranges.Contains(entry.Key)))
        {
            if (!source.TryGetValue(name, out var value) || !value.shape.SequenceEqual(target.shape))
                throw new ArgumentException($"{to.Card.Architecture} cannot start from {from.Card.Architecture}: '{name}' is not the same in both.", nameof(from));
            target.copy_(value);
        }
    }
}
