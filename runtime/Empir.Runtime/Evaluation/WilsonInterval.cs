using System.Text.Json.Serialization;

namespace Empir.Evaluation;

/// <summary>
/// Where the accuracy on all images of the kind lies, with 95 % confidence, given how many of a sample were right: Wilson's
/// score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927). Unlike
/// the usual interval it says something at 0 and at 1, where robust accuracies tend to be.
/// </summary>
/// <param name="Low">Lower end, a share from 0 to 1.</param>
/// <param name="High">Upper end, a share from 0 to 1.</param>
public sealed record WilsonInterval(double Low, double High)
{
    /// <summary>The normal distribution's two-sided 95 % point.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>Whole percents, rounded outwards: short, and never narrower than the truth.</summary>
    [JsonIgnore]
    public string Text => FormattableString.Invariant($"{Math.Floor(Low * 100):0}-{Math.Ceiling(High * 100):0}%");

    /// <summary>The interval of a sample; all of [0, 1] where the sample is empty.</summary>
    /// <param name="right">How many were right.</param>
    /// <param name="count">How many there were.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="right" /> is not from 0 to <paramref name="count" />.</exception>
    public static WilsonInterval Of(int right, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, count);
        if (count == 0)
            return new(0, 1);
        const double square = Z * Z;
        var centre = (right + square / 2) / (count + square);
        var halfWidth = Z / (count + square) * Math.Sqrt((double)right * (count - right) / count + square / 4);
        // The ends are 0 and 1 exactly where none or all are right, but for rounding.
        return new(right == 0 ? 0 : centre - halfWidth, right == count ? 1 : centre + halfWidth);
    }
}
