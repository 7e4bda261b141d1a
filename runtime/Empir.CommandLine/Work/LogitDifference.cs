namespace Empir.CommandLine.Work;

/// <summary>
/// How far a packed member's logits are from TorchSharp's, relative to the largest logit of the image. Where all levels are the same
/// only 32 bits' rounding is left; one decided otherwise moves the logits by its step times weights, unless a later level swallows that.
/// </summary>
/// <param name="Largest">The largest of all images whose logits are finite.</param>
/// <param name="ImagesBeyondRounding">On how many images it is more than <see cref="Rounding" />.</param>
internal readonly record struct LogitDifference(double Largest, int ImagesBeyondRounding)
{
    /// <summary>Taken for rounding: some four times the most that the zoo's members with the same levels were off by, Winograd's transforms included.</summary>
    public const double Rounding = 3e-5;

    /// <summary>With a further image's, packed and TorchSharp's; what is no number in one of the two is beyond rounding.</summary>
    public LogitDifference With(IReadOnlyCollection<(float Packed, float Wanted)> logits)
    {
        var (difference, largest) = (0.0, (double)float.Epsilon);
        foreach (var (packed, wanted) in logits)
        {
            // Both may be the same infinity, or no number.
            difference = Math.Max(difference, packed.Equals(wanted) ? 0 : Math.Abs((double)packed - wanted));
            largest = float.IsFinite(wanted) ? Math.Max(largest, Math.Abs(wanted)) : largest;
        }
        difference /= largest;
        return new(double.IsFinite(difference) ? Math.Max(Largest, difference) : Largest, ImagesBeyondRounding + (difference <= Rounding ? 0 : 1));
    }
}
