using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>The weights of the epoch that did best on the validation images; of equal ones the first.</summary>
internal sealed class BestEpoch(IReadOnlyList<Learner> learners) : IDisposable
{
    private readonly Dictionary<string, Tensor> weights = [];

    /// <summary>How well it did; null before there was one.</summary>
    public (double Score, double Accuracy)? Rank { get; private set; }

    /// <summary>The weights by name, to be saved.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights;

    /// <summary>Keeps the learners' weights if they did better.</summary>
    public void Offer((double Score, double Accuracy) rank)
    {
        if (Rank is { } best && rank.CompareTo(best) <= 0)
            return;
        Take(rank);
        using var _ = no_grad();
        foreach (var (name, value) in Live())
            weights[name].copy_(value);
    }

    /// <summary>Makes room for the weights of an earlier run.</summary>
    public void Take((double Score, double Accuracy) rank)
    {
        Rank = rank;
        using var _ = no_grad();
        foreach (var (name, value) in Live().Where(entry => !weights.ContainsKey(entry.Name)))
            weights[name] = zeros_like(value).DetachFromDisposeScope();
    }

    /// <summary>Gives the learners the best weights, if any epoch was offered.</summary>
    public void Restore()
    {
        using var _ = no_grad();
        foreach (var (name, value) in Live().Where(entry => weights.ContainsKey(entry.Name)))
            value.copy_(weights[name]);
    }

    public void Dispose()
    {
        foreach (var value in weights.Values)
            value.Dispose();
    }

    private IEnumerable<(string Name, Tensor Value)> Live() =>
        learners.SelectMany(learner => learner.Network.state_dict().Select(entry => ($"{learner.Card.Name}.{entry.Key}", entry.Value)));
}
