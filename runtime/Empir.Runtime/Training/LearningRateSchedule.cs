using System.Text.Json.Serialization;

namespace Empir.Training;

/// <summary>How the learning rate changes; a step's rate depends on its number alone, so that resuming needs no state.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantRate), "constant")]
[JsonDerivedType(typeof(StepRate), "step")]
[JsonDerivedType(typeof(CosineRate), "cosine")]
[JsonDerivedType(typeof(OneCycleRate), "one_cycle")]
public abstract record LearningRateSchedule
{
    // Its line in a checkpoint's recipe; null for what every recipe was trained with before there were schedules.
    internal abstract FormattableString? Line { get; }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="learningRate">The optimiser's.</param>
    /// <param name="stepNumber">The step, from 0.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="epochs">Epochs in all.</param>
    public abstract double Rate(double learningRate, long stepNumber, long stepsPerEpoch, int epochs);

    // From a to b along half a cosine.
    private protected static double Anneal(double from, double to, double share) => to + ((from - to) * (1 + Math.Cos(Math.PI * share)) / 2);
}

/// <summary>The optimiser's learning rate throughout.</summary>
public sealed record ConstantRate : LearningRateSchedule
{
    internal override FormattableString? Line => null;

    /// <inheritdoc />
    public override double Rate(double learningRate, long stepNumber, long stepsPerEpoch, int epochs) => learningRate;
}

/// <summary>After each milestone the rate is multiplied by gamma (PyTorch's MultiStepLR).</summary>
/// <param name="Milestones">Epochs done, rising.</param>
/// <param name="Gamma">The factor.</param>
public sealed record StepRate(IReadOnlyList<int> Milestones, double Gamma = 0.1) : LearningRateSchedule
{
    internal override FormattableString? Line => $"schedule step milestones {string.Join(' ', Milestones)} gamma {Gamma}";

    /// <inheritdoc />
    public override double Rate(double learningRate, long stepNumber, long stepsPerEpoch, int epochs) =>
        learningRate * Math.Pow(Gamma, Milestones.Count(milestone => milestone <= stepNumber / stepsPerEpoch));
}

/// <summary>
/// From the learning rate down to eta_min along half a cosine over all steps (SGDR without restarts; Loshchilov and Hutter,
/// arXiv 1608.03983, equation 5), a step at a time.
/// </summary>
/// <param name="EtaMin">The rate at the end.</param>
public sealed record CosineRate(double EtaMin = 0) : LearningRateSchedule
{
    internal override FormattableString? Line => $"schedule cosine eta_min {EtaMin}";

    /// <inheritdoc />
    public override double Rate(double learningRate, long stepNumber, long stepsPerEpoch, int epochs) =>
        Anneal(learningRate, EtaMin, (double)stepNumber / (stepsPerEpoch * epochs));
}

/// <summary>
/// Up and down again (Smith and Topin, arXiv 1708.07120), with PyTorch's OneCycleLR's formulas: from learning rate / div_factor
/// to the learning rate over the first share of the steps, then down to the start / final_div_factor, both along half a cosine.
/// Momentum and betas stay as they are.
/// </summary>
/// <param name="PctStart">Share of the steps in which it rises.</param>
/// <param name="DivFactor">The learning rate over the first step's.</param>
/// <param name="FinalDivFactor">The first step's rate over the last one's.</param>
public sealed record OneCycleRate(double PctStart = 0.3, double DivFactor = 25, double FinalDivFactor = 10_000) : LearningRateSchedule
{
    internal override FormattableString? Line => $"schedule one_cycle pct_start {PctStart} div_factor {DivFactor} final_div_factor {FinalDivFactor}";

    /// <inheritdoc />
    public override double Rate(double learningRate, long stepNumber, long stepsPerEpoch, int epochs)
    {
        var (first, last) = (learningRate / DivFactor, (stepsPerEpoch * epochs) - 1.0);
        // With very few steps there is no room to rise.
        var top = Math.Max(0, (PctStart * (last + 1)) - 1);
        return stepNumber <= top
            ? Anneal(first, learningRate, top == 0 ? 1 : stepNumber / top)
            : Anneal(learningRate, first / FinalDivFactor, (stepNumber - top) / (last - top));
    }
}
