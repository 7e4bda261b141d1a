namespace Empir.Evaluation;

/// <summary>What became of every image on PGD's way: N steps, and the same way taken twice as far.</summary>
/// <param name="Broken">Whether one of the images of the first half is broken: what an attack finds that keeps the best.</param>
/// <param name="LastBroken">Whether the first half's last is: what an attack finds that returns the last.</param>
/// <param name="BrokenLater">Whether one of the second half is broken and none of the first.</param>
/// <param name="Moved">How much the loss still rose in the first half's last steps, a share of its range on the way.</param>
internal sealed record AscentPath(bool[] Broken, bool[] LastBroken, bool[] BrokenLater, double[] Moved)
{
    /// <summary>The end of the way, in steps (Pintor et al., arXiv 2106.09947: the last 10).</summary>
    public const int LastSteps = 10;

    /// <summary>Reads a way of 2·<paramref name="steps" /> steps.</summary>
    /// <param name="losses">[2·steps + 1][N].</param>
    /// <param name="broken">[2·steps + 1][N].</param>
    /// <param name="steps">Steps of the first half.</param>
    public static AscentPath Of(IReadOnlyList<float[]> losses, IReadOnlyList<bool[]> broken, int steps)
    {
        var images = Enumerable.Range(0, broken[0].Length).ToArray();
        var first = images.Select(image => broken.Take(steps + 1).Any(at => at[image])).ToArray();
        return new(
            first, broken[steps],
            [.. images.Select(image => !first[image] && broken.Skip(steps + 1).Any(at => at[image]))],
            [.. images.Select(image => LastRise([.. losses.Take(steps + 1).Select(at => (double)at[image])]))]);
    }

    // The loss is made monotone first: what the best iterate gains is what counts, not how the path swings.
    private static double LastRise(double[] losses)
    {
        var range = losses.Max() - losses.Min();
        return range > 0 && double.IsFinite(range) ? (losses.Max() - losses[..^LastSteps].Max()) / range : 0;
    }
}
