using Empir.Attacks;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>Which images have no gradient to follow: zero, missing or not finite.</summary>
/// <param name="Clean">Of the cross-entropy at the image, where FGSM and BIM begin.</param>
/// <param name="Start">Of the DLR at a random start, where APGD begins; an image that is broken there needs none.</param>
internal sealed record GradientGaps(bool[] Clean, bool[] Start)
{
    /// <summary>Looks at both.</summary>
    public static GradientGaps Of(AttackRun run) => new(At(run, run.Images, Loss.CrossEntropy), At(run, run.RandomStart(), Loss.Dlr));

    private static bool[] At(AttackRun run, Tensor x, Loss loss)
    {
        using var scope = NewDisposeScope();
        var (_, broken, gradient) = run.Examine(x, loss, climb: true);
        var length = gradient!.flatten(1).norm(1);
        var missing = length.isfinite().logical_and(length.Gt(0)).logical_or(broken).logical_not();
        return [.. missing.cpu().data<bool>()];
    }
}
