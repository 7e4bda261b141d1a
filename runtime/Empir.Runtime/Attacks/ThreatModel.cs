namespace Empir.Attacks;

/// <summary>A distance between an image and its perturbed copy.</summary>
public enum Norm
{
    /// <summary>Largest absolute change of a pixel.</summary>
    Linf,

    /// <summary>Euclidean length of the change.</summary>
    L2,
}

/// <summary>What an attacker may do: stay within <paramref name="Epsilon" /> of the image, and inside the box of valid pixels.</summary>
/// <param name="Norm">The distance.</param>
/// <param name="Epsilon">The radius, in the input's own units; not negative; infinity for an unbounded attack.</param>
/// <param name="Minimum">Smallest valid pixel.</param>
/// <param name="Maximum">Largest valid pixel.</param>
public sealed record ThreatModel(Norm Norm, double Epsilon, float Minimum = 0, float Maximum = 1)
{
    /// <summary>Any change of at most <paramref name="epsilon" /> per pixel of a [0, 1] image.</summary>
    /// <param name="epsilon">The radius.</param>
    public static ThreatModel Linf(double epsilon) => new(Norm.Linf, epsilon);

    /// <summary>Any change of Euclidean length at most <paramref name="epsilon" /> of a [0, 1] image.</summary>
    /// <param name="epsilon">The radius.</param>
    public static ThreatModel L2(double epsilon) => new(Norm.L2, epsilon);

    /// <summary>The radius from which every ball around an image holds the whole box.</summary>
    /// <param name="pixels">Values of an image.</param>
    internal double BoxRadius(long pixels) => (Maximum - (double)Minimum) * (Norm == Norm.L2 ? Math.Sqrt(pixels) : 1);
}
