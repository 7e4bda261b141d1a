using System.Text.Json.Serialization;

namespace Empir.Training;

/// <summary>An optimiser and its constants.</summary>
/// <param name="LearningRate">Step size; with a schedule, its largest value.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AdamSettings), "adam")]
[JsonDerivedType(typeof(AdamWSettings), "adamw")]
[JsonDerivedType(typeof(SgdSettings), "sgd")]
public abstract record OptimizerSettings(double LearningRate)
{
    // Its line in a checkpoint's recipe.
    internal abstract FormattableString Line { get; }

    // For what is no weight.
    internal virtual OptimizerSettings WithoutDecay => this;
}

/// <summary>Adam (Kingma and Ba, arXiv 1412.6980) with the paper's settings as defaults.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
public sealed record AdamSettings(
    double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8) : OptimizerSettings(LearningRate)
{
    internal override FormattableString Line => $"adam learning_rate {LearningRate} betas {Beta1} {Beta2} epsilon {Epsilon}";
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101): before each step every parameter but quantisers'
/// learned ranges is multiplied by 1 - learning rate·decay, as in PyTorch.
/// </summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">The decay.</param>
public sealed record AdamWSettings(
    double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01)
    : OptimizerSettings(LearningRate)
{
    internal override FormattableString Line =>
        $"adamw learning_rate {LearningRate} betas {Beta1} {Beta2} epsilon {Epsilon} weight_decay {WeightDecay}";

    internal override OptimizerSettings WithoutDecay => this with { WeightDecay = 0 };
}

/// <summary>
/// Stochastic gradient descent as in PyTorch: g ← g + decay·w, v ← momentum·v + g (v = g at first), w ← w - rate·v, or with
/// Nesterov's momentum (Sutskever et al., 2013) w ← w - rate·(g + momentum·v).
/// </summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Momentum">Share of the last step that is kept.</param>
/// <param name="Nesterov">Whether the momentum is Nesterov's.</param>
/// <param name="WeightDecay">Weight of the L2 penalty's gradient; learned ranges of quantisers have none.</param>
public sealed record SgdSettings(double LearningRate, double Momentum = 0, bool Nesterov = false, double WeightDecay = 0)
    : OptimizerSettings(LearningRate)
{
    internal override FormattableString Line =>
        $"sgd learning_rate {LearningRate} momentum {Momentum} nesterov {Nesterov} weight_decay {WeightDecay}";

    internal override OptimizerSettings WithoutDecay => this with { WeightDecay = 0 };
}
