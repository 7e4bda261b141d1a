using Empir.Evaluation;

namespace Empir.CommandLine.Progress;

/// <summary>Adds pace to what an evaluator reports.</summary>
internal sealed class EvaluationMeter(TimeProvider time)
{
    private Pace? pace;

    /// <summary>Time until the whole evaluation is done: <c>1:10 left</c>, or nothing while there is nothing to go by.</summary>
    public string Left(EvaluationProgress now)
    {
        pace ??= new(now.Done, time);
        return pace.Left(now.Done, 1) is { } left && now.Done < 1 ? $"{Words.Clock(left)} left" : "";
    }
}
