using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>An optimiser over all parameters of the learners, its state as tensors by name.</summary>
internal sealed class Optimization : IDisposable
{
    private readonly OptimizerHelper optimizer;
    private readonly (string Name, Parameter Parameter)[] parameters;
    private readonly TrainingSettings settings;

    public Optimization(TrainingSettings settings, IReadOnlyList<Learner> learners)
    {
        this.settings = settings;
        parameters = [.. learners.SelectMany(learner => learner.Network.named_parameters().Select(one => ($"{learner.Card.Name}.{one.name}", one.parameter)))];
        Parameter[] all = [.. parameters.Select(one => one.Parameter)];
        optimizer = settings.Optimizer switch
        {
            AdamSettings adam => new Adam(all, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon),
            AdamWSettings adam => new AdamW(all, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
            SgdSettings sgd => new SGD(all, sgd.LearningRate, sgd.Momentum, weight_decay: sgd.WeightDecay, nesterov: sgd.Nesterov),
            var other => throw new ArgumentException($"There is no optimiser for {other}.", nameof(settings)),
        };
    }

    /// <summary>What a resumed run needs besides the number of steps.</summary>
    public IEnumerable<(string Name, Tensor Value)> State
    {
        get
        {
            foreach (var (name, state) in States)
                switch (state)
                {
                    case Adam.State adam:
                        yield return ($"mean.{name}", adam.exp_avg);
                        yield return ($"square.{name}", adam.exp_avg_sq);
                        break;
                    case AdamW.State adam:
                        yield return ($"mean.{name}", adam.exp_avg);
                        yield return ($"square.{name}", adam.exp_avg_sq);
                        break;
                    case SGD.State { momentum_buffer: not null } sgd:
                        yield return ($"momentum.{name}", sgd.momentum_buffer);
                        break;
                }
        }
    }

    private IEnumerable<(string Name, OptimizerState State)> States =>
        parameters.Zip(optimizer.state_dict().State, (parameter, state) => (parameter.Name, state));

    /// <summary>One step down the loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="learningRate">This step's.</param>
    public void Step(Tensor loss, double learningRate)
    {
        optimizer.zero_grad();
        loss.backward();
        if (settings.GradientClip is { } clip)
            nn.utils.clip_grad_norm_(parameters.Select(one => one.Parameter), clip);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = learningRate;
        optimizer.step();
    }

    /// <summary>Prepares <see cref="State" /> to be overwritten with that of a run so many steps old.</summary>
    public void Resume(long steps)
    {
        foreach (var ((_, state), (_, parameter)) in States.Zip(parameters))
            switch (state)
            {
                case Adam.State adam:
                    adam.step = steps;
                    break;
                case AdamW.State adam:
                    adam.step = steps;
                    break;
                case SGD.State sgd when settings.Optimizer is SgdSettings { Momentum: > 0 }:
                    // TorchSharp makes it at the first step, which was an earlier run's.
                    sgd.momentum_buffer = zeros_like(parameter).DetachFromDisposeScope();
                    break;
            }
    }

    public void Dispose() => optimizer.Dispose();
}
