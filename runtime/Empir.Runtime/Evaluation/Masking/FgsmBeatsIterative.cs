namespace Empir.Evaluation;

/// <summary>
/// One step breaks images that a hundred do not: the iterative attack is stuck, and a large jump finds what lies behind (Athalye et
/// al., arXiv 1802.00420, section 3.1; Carlini et al., arXiv 1902.06705, section 5: image by image, not on average).
/// </summary>
internal sealed class FgsmBeatsIterative : MaskingSign
{
    public override string Name => "fgsm_beats_iterative";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (fgsm, pgd) = (runs.Fgsm.Count(broken => broken), runs.Path.Broken.Count(broken => broken));
        var only = runs.Fgsm.Zip(runs.Path.Broken).Count(broken => broken is (true, false));
        var tripped = runs.Counts(only);
        return (
            tripped,
            $"Within {runs.Ball} FGSM breaks {runs.Of(fgsm)}, PGD-{MaskingRuns.Steps} {pgd}; FGSM alone breaks {only}"
                + (tripped ? ": many small steps lose to a single one, so they do not lead uphill." : "."),
            [new("broken by FGSM", fgsm), new($"broken by PGD-{MaskingRuns.Steps}", pgd), new("broken by FGSM alone", only)]);
    }
}
