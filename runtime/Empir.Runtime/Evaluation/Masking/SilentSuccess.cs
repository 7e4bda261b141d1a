namespace Empir.Evaluation;

/// <summary>
/// PGD passes a broken image and ends on one that is not: whoever returns the last iterate, as the paper's protocol and most
/// libraries do, counts it as defended (Pintor et al., arXiv 2106.09947, silent success). Attacks here keep the best.
/// </summary>
internal sealed class SilentSuccess : MaskingSign
{
    // Points of accuracy: a way that follows the mean probabilities crosses the vote's boundary forth and back on a few images.
    private const double MostSilent = 0.05;

    public override string Name => "silent_success";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (best, last) = (runs.Path.Broken.Count(broken => broken), runs.Path.LastBroken.Count(broken => broken));
        var silent = runs.Path.Broken.Zip(runs.Path.LastBroken).Count(broken => broken is (true, false));
        var tripped = runs.Counts(silent) && silent > MostSilent * runs.Count;
        return (
            tripped,
            $"PGD-{MaskingRuns.Steps} breaks {runs.Of(best)} on its way and {last} at its end; {silent} are broken on the way only"
                + (tripped ? ": numbers from last iterates, as in the paper's protocol, are too high; those from best iterates are not." : "."),
            [new("broken on the way", best), new("broken at the end", last), new("broken on the way only", silent)]);
    }
}
