namespace Empir.Evaluation;

/// <summary>
/// Whether two accuracies on the same images differ by more than chance: the exact sign test over the images that one decides
/// right and the other does not (McNemar's, with the binomial distribution itself; Dietterich 1998, section 3.1).
/// </summary>
internal static class SignTest
{
    private const double Level = 0.05;

    /// <summary>Compares image by image.</summary>
    /// <param name="one">One character per image, 1 where it is decided right.</param>
    /// <param name="other">As many.</param>
    /// <returns>1 where the first is surely higher, -1 where the second is, 0 where chance could have done it; two-sided, 5 %.</returns>
    public static int Compare(string one, string other)
    {
        var more = one.Zip(other).Count(image => image is ('1', '0'));
        var fewer = one.Zip(other).Count(image => image is ('0', '1'));
        return 2 * Tail(more + fewer, Math.Min(more, fewer)) < Level ? Math.Sign(more - fewer) : 0;
    }

    // The probability of at most so many heads in so many throws.
    private static double Tail(int throws, int heads)
    {
        // In logarithms: one outcome of 1,100 throws is too improbable for a double, their sum is not.
        var (logarithm, sum) = (-throws * Math.Log(2), 0.0);
        for (var k = 0; k <= heads; k++)
        {
            sum += Math.Exp(logarithm);
            logarithm += Math.Log((double)(throws - k) / (k + 1));
        }
        return sum;
    }
}
