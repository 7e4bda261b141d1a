namespace Empir.Evaluation;

/// <summary>
/// Random noise breaks images that FGSM, PGD and APGD leave: sampling at random is the weakest search there is (Athalye et al., arXiv
/// 1802.00420, section 3.1; Carlini et al., arXiv 1902.06705, section 5).
/// </summary>
internal sealed class NoiseBeatsGradients : MaskingSign
{
    public override string Name => "noise_beats_gradients";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (left, noise) = (runs.Left.Count(left => left), runs.Noise.Count(broken => broken));
        var tripped = runs.Counts(noise);
        return (
            tripped,
            $"Within {runs.Ball} FGSM, PGD and APGD leave {runs.Of(left)}; {MaskingRuns.Draws} draws of noise break {noise} of those"
                + (tripped ? ": the gradients lead away from what chance finds." : "."),
            [new("left by FGSM, PGD and APGD", left), new("of those broken by noise", noise), new("draws of noise", MaskingRuns.Draws)]);
    }
}
