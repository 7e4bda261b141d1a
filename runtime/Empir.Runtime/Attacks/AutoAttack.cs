using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Attacks one after the other, each on the images that none before has broken. By default AutoAttack's standard set with its
/// published parameters (Croce and Hein, arXiv 2003.01690): APGD on cross-entropy, targeted APGD, targeted FAB, Square.
/// </summary>
public sealed record AutoAttack : Attack
{
    /// <inheritdoc />
    public override string Name => "AutoAttack";

    /// <summary>The attacks in their order.</summary>
    public IReadOnlyList<Attack> Attacks { get; init; } = Standard;

    /// <summary>
    /// APGD-CE with 100 steps, APGD-T and FAB-T with 100 steps for each of 9 target classes, Square with 5,000 queries; one
    /// start each.
    /// </summary>
    public static IReadOnlyList<Attack> Standard { get; } =
    [
        new Apgd(),
        new Apgd { Loss = Loss.Dlr, TargetClasses = 9 },
        new Fab { TargetClasses = 9 },
        new Square(),
    ];

    /// <inheritdoc />
    public override int GradientSteps => Attacks.Sum(attack => attack.GradientSteps);

    /// <inheritdoc />
    public override bool Supports(Norm norm) => Attacks.All(attack => attack.Supports(norm));

    /// <inheritdoc />
    public override bool SupportsTargets() => Attacks.All(attack => attack.SupportsTargets());

    /// <inheritdoc />
    internal override bool JoinsImages => Attacks.Any(attack => attack.JoinsImages);

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        var search = new Search(run);
        search.DropBroken();
        var brokenBy = empty([run.Images.shape[0]], ScalarType.Int64, run.Images.device).Fill_(-1);
        for (var index = 0; index < Attacks.Count && !search.IsOver; index++)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var rest = search.Run;
            var x = Perturb(Attacks[index], rest);
            var (loss, broken, _) = rest.Examine(x, Loss.Margin, climb: false);
            search.Record(x, loss, broken);
            brokenBy.IndexFill_(0, search.Rows.index_select(0, broken.nonzero().squeeze(1)), index);
            search.Drop(broken);
        }
        run.BrokenBy = brokenBy;
        return search.Best;
    }
}
