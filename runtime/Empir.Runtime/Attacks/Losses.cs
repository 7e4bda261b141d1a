using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>What an attack climbs.</summary>
public enum Loss
{
    /// <summary>Cross-entropy of the label; with a target, minus the cross-entropy of the target.</summary>
    CrossEntropy,

    /// <summary>The best other score minus the label's; with a target, the target's score minus the best other.</summary>
    Margin,

    /// <summary>
    /// Difference of logits ratio (Croce and Hein, arXiv 2003.01690, equations 6 and 7): the margin, or with a target
    /// z_t - z_y, over a difference of high scores, so that scaling the scores changes nothing. With fewer classes than its
    /// denominator reads (3; with a target 4) there is no such scale, and it is the plain difference.
    /// </summary>
    Dlr,
}

/// <summary>Losses of attacks as pure functions of scores, [N, C] to [N]; all rise as an image comes nearer to its goal.</summary>
internal static class Losses
{
    // The reference implementation's guard against equal scores.
    private const double Guard = 1e-12;

    /// <summary>The loss of every image.</summary>
    /// <param name="loss">Which.</param>
    /// <param name="scores">[N, C].</param>
    /// <param name="labels">The labels to leave, [N].</param>
    /// <param name="targets">The labels to reach, [N], or null.</param>
    public static Tensor Of(Loss loss, Tensor scores, Tensor labels, Tensor? targets) => (loss, targets) switch
    {
        (Loss.CrossEntropy, null) => CrossEntropy(scores, labels),
        (Loss.CrossEntropy, _) => -CrossEntropy(scores, targets),
        (Loss.Margin, null) => Margin(scores, labels),
        (Loss.Margin, _) => -Margin(scores, targets),
        (_, null) => Dlr(scores, labels),
        _ => TargetedDlr(scores, labels, targets),
    };

    /// <summary>-log softmax of the label.</summary>
    public static Tensor CrossEntropy(Tensor scores, Tensor labels) =>
        nn.functional.cross_entropy(scores, labels, reduction: nn.Reduction.None);

    /// <summary>The best other score minus the label's: positive once the scores are broken, 0 at a tie.</summary>
    public static Tensor Margin(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var own = nn.functional.one_hot(labels, scores.shape[1]).to(ScalarType.Bool);
        var other = scores.MaskedFill(own, double.NegativeInfinity).amax([1]);
        return (other - At(scores, labels)).MoveToOuterDisposeScope();
    }

    /// <summary>The margin over the best minus the third-best score.</summary>
    public static Tensor Dlr(Tensor scores, Tensor labels)
    {
        if (scores.shape[1] < 3)
            return Margin(scores, labels);
        using var scope = NewDisposeScope();
        var top = scores.topk(3, 1).values;
        return (Margin(scores, labels) / (top[.., 0] - top[.., 2]).Add(Guard)).MoveToOuterDisposeScope();
    }

    /// <summary>z_t - z_y over the best minus the mean of the third- and fourth-best score.</summary>
    public static Tensor TargetedDlr(Tensor scores, Tensor labels, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var difference = At(scores, targets) - At(scores, labels);
        if (scores.shape[1] < 4)
            return difference.MoveToOuterDisposeScope();
        var top = scores.topk(4, 1).values;
        return (difference / (top[.., 0] - top[.., 2].Add(top[.., 3]).Div(2)).Add(Guard)).MoveToOuterDisposeScope();
    }

    /// <summary>The other classes that score highest, best first.</summary>
    /// <param name="scores">[N, C].</param>
    /// <param name="labels">[N].</param>
    /// <param name="count">How many; all others at most.</param>
    /// <returns>[N, count].</returns>
    public static Tensor Likeliest(Tensor scores, Tensor labels, int count)
    {
        using var scope = NewDisposeScope();
        var own = nn.functional.one_hot(labels, scores.shape[1]).to(ScalarType.Bool);
        var others = scores.MaskedFill(own, double.NegativeInfinity);
        return others.topk((int)Math.Min(count, scores.shape[1] - 1), 1).indexes.MoveToOuterDisposeScope();
    }

    /// <summary>The score of one class per image, [N].</summary>
    public static Tensor At(Tensor scores, Tensor classes)
    {
        using var column = classes.unsqueeze(1);
        using var picked = scores.gather(1, column);
        return picked.squeeze(1);
    }
}
