namespace Empir.Attacks;

/// <summary>How the length of a step changes from the first to the last.</summary>
public enum StepSchedule
{
    /// <summary>All steps are equally long.</summary>
    Constant,

    /// <summary>Step t of T is 1 - t/T times as long as the first.</summary>
    Linear,

    /// <summary>Step t of T is (1 + cos(π·t/T)) / 2 times as long as the first.</summary>
    Cosine,
}

/// <summary>The schedules as pure functions.</summary>
internal static class StepSchedules
{
    /// <summary>What step <paramref name="step" /> of <paramref name="steps" />, counted from 0, is multiplied with.</summary>
    public static double Factor(this StepSchedule schedule, int step, int steps) => schedule switch
    {
        StepSchedule.Linear => 1 - ((double)step / steps),
        StepSchedule.Cosine => (1 + Math.Cos(Math.PI * step / steps)) / 2,
        _ => 1,
    };
}
