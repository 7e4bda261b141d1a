namespace Empir.Evaluation;

/// <summary>One sign of masked gradients: reads the shared runs and judges.</summary>
internal abstract class MaskingSign
{
    /// <summary>The check's name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>Judges.</summary>
    public MaskingCheck Check(MaskingRuns runs)
    {
        var (tripped, finding, evidence) = Judge(runs);
        return new(Name, tripped ? MaskingVerdict.Tripped : MaskingVerdict.Clear, finding, [new("images", runs.Count), .. evidence]);
    }

    /// <summary>What there is to say where too few images are right.</summary>
    public MaskingCheck NotMeasured(int right) => new(
        Name, MaskingVerdict.NotMeasured,
        $"Only {right} of the images are decided right; a check needs {MaskingChecks.FewestImages}.", []);

    /// <summary>The verdict, the sentence and the figures behind it, beside the number of images.</summary>
    protected abstract (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs);
}
