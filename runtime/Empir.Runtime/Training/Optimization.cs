using Empir.Quantization;
using Empir.Training.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>An optimiser for every parameter of the learners, their state as tensors by name. Weight decay spares quantisers' learned ranges.</summary>
internal sealed class Optimization(TrainingSettings settings, IReadOnlyList<Learner> learners) : IDisposable
{
    private readonly (string Name, Parameter Parameter, Optimizer Optimizer)[] parameters =
        [.. from learner in learners
            let ranges = LearnedRange.Names(learner.Network).ToHashSet()
            from one in learner.Network.named_parameters()
            select ($"{learner.Card.Name}.{one.name}", one.parameter, Optimizer.Of(ranges.Contains(one.name) ? settings.Optimizer.WithoutDecay : settings.Optimizer, one.parameter))];

    /// <summary>What a resumed run needs besides the number of steps.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        from one in parameters
        from state in one.Optimizer.State
        select ($"{state.Name}.{one.Name}", state.Value);

    /// <summary>One step down the loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="learningRate">This step's.</param>
    public void Step(Tensor loss, double learningRate)
    {
        foreach (var (_, _, optimizer) in parameters)
            optimizer.ClearGradient();
        loss.backward();
        if (settings.GradientClip is { } clip)
            nn.utils.clip_grad_norm_(parameters.Select(one => one.Parameter), clip);
        foreach (var (_, _, optimizer) in parameters)
            optimizer.Step(learningRate);
    }

    /// <summary>Prepares <see cref="State" /> to be overwritten with that of a run so many steps old.</summary>
    public void Resume(long steps)
    {
        foreach (var (_, _, optimizer) in parameters)
            optimizer.Steps = steps;
    }

    public void Dispose()
    {
        foreach (var (_, _, optimizer) in parameters)
            optimizer.Dispose();
    }
}
