namespace Empir.Quantization;

/// <summary>How a value between two levels is rounded.</summary>
public enum Rounding
{
    /// <summary>To the nearer level, halves to the even one.</summary>
    Nearest,

    /// <summary>
    /// Up with the probability of the distance from the lower level, floor(x·n + u) with u uniform on [0, 1), drawn anew
    /// from torch's global generator at each training pass. Evaluation and frozen layers round to the nearest: EMPIR's
    /// released code draws at test time too, which makes a prediction random.
    /// </summary>
    Stochastic,
}
