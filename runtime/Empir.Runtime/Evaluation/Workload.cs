namespace Empir.Evaluation;

/// <summary>
/// How much of an evaluation is done, in gradients of one network on one image. Most of it is known beforehand. What a column of
/// the adaptive protocol has ahead depends on how many images survive, and is expected anew after every attack.
/// </summary>
/// <param name="known">The work that is known beforehand.</param>
internal sealed class Workload(double known)
{
    private readonly Dictionary<string, double> expected = [];
    private double done, left = known, share;

    /// <summary>What a column has ahead, as far as can be told.</summary>
    public void Expect(string column, double work) => expected[column] = work;

    /// <summary>Ends a cell.</summary>
    /// <param name="work">What it was.</param>
    /// <param name="wasKnown">Whether it is part of what was known beforehand.</param>
    public void Finish(double work, bool wasKnown)
    {
        done += work;
        left -= wasKnown ? work : 0;
    }

    /// <summary>The share that is done, from 0 to 1; it never falls.</summary>
    /// <param name="cell">The work of the cell being filled.</param>
    /// <param name="part">The part of that cell that is done.</param>
    /// <param name="isKnown">Whether it is part of what was known beforehand.</param>
    public double Share(double cell, double part, bool isKnown)
    {
        var all = done + left + expected.Values.Sum() + (isKnown ? 0 : cell);
        return share = Math.Clamp(all > 0 ? (done + cell * part) / all : 1, share, 1);
    }
}
