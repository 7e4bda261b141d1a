using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Training.Optimizers;

/// <summary>
/// The steps of one parameter: PyTorch's formulas, in TorchSharp's operations and their order. TorchSharp's own optimisers leave
/// every number to the finalizer (see <see cref="ScalarOperations" />).
/// </summary>
/// <param name="parameter">What is optimised; it stays the caller's.</param>
internal abstract class Optimizer(Parameter parameter) : IDisposable
{
    /// <summary>Steps done; a resumed run goes on from here.</summary>
    public long Steps { get; set; }

    /// <summary>What a resumed run needs besides, by name.</summary>
    public abstract IEnumerable<(string Name, Tensor Value)> State { get; }

    public static Optimizer Of(OptimizerSettings settings, Parameter parameter) => settings switch
    {
        AdamSettings adam => new Adam(parameter, adam.Beta1, adam.Beta2, adam.Epsilon, decay: 0),
        AdamWSettings adam => new Adam(parameter, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
        SgdSettings sgd => new Sgd(parameter, sgd),
        var other => throw new ArgumentException($"There is no optimiser for {other}.", nameof(settings)),
    };

    public void ClearGradient()
    {
        using var gradient = parameter.grad;
        gradient?.zero_();
    }

    /// <summary>One step against the gradient; none for a parameter the loss does not depend on.</summary>
    public void Step(double learningRate)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (parameter.grad is { } gradient)
        {
            Steps++;
            Step(parameter, gradient, learningRate);
        }
    }

    protected abstract void Step(Tensor weight, Tensor gradient, double learningRate);

    public void Dispose()
    {
        foreach (var (_, value) in State)
            value.Dispose();
    }

    protected static Tensor Zeros(Tensor like) => zeros_like(like).DetachFromDisposeScope();
}
