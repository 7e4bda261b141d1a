using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Uniform noise in the ball, drawn again and again: no attack but a check, since what noise finds a gradient must not miss
/// (Carlini et al., arXiv 1902.06705, section 5).
/// </summary>
public sealed record RandomNoise : Attack
{
    /// <inheritdoc />
    public override string Name => "noise";

    /// <summary>Draws per image.</summary>
    public int Draws { get; init; } = 10_000;

    /// <inheritdoc />
    public override int GradientSteps => Math.Max(1, Draws / 3);

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        using var _ = no_grad();
        var search = new Search(run);
        search.DropBroken();
        for (var draw = 0; draw < Draws && !search.IsOver; draw++)
        {
            using var scope = NewDisposeScope();
            var x = search.Run.RandomStart(draw);
            var (loss, broken, _) = search.Run.Examine(x, Loss.Margin, climb: false);
            search.Record(x, loss, broken);
            search.Drop(broken);
        }
        return search.Best;
    }
}
