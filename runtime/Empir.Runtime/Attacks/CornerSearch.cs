using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Local search over the corners of the Linf ball by scores alone (after Moon et al., arXiv 1905.06635, value by value instead of block
/// by block). Every value of the image is tried at both its ends; the most influential are then moved, as many at once as raise the margin most,
/// until no single move raises it. Where an input quantiser leaves few values that matter, this searches just those, which
/// straight-through gradients only guess at.
/// </summary>
public sealed record CornerSearch : Attack
{
    // Variants of an image that are decided together, and their values: threads attack side by side, each with as many.
    private const int MostVariants = 512, MostValues = 512 * 784;

    /// <inheritdoc />
    public override string Name => "corner search";

    /// <summary>Values of an image that are moved at all: those whose own move changes the margin most.</summary>
    public int Values { get; init; } = 128;

    /// <summary>Rounds of moves at most; the search ends earlier where no move helps.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>
    /// Places of its interval that a value is tried at, evenly from one end to the other: 2 are the ends alone. More are needed where members
    /// compare a value with different thresholds, for then neither end may be what fools most of them. Each costs as much as an end.
    /// </summary>
    public int Places { get; init; } = 2;

    // The first look depends on the image's size; this is a small grey image's.
    /// <inheritdoc />
    public override int GradientSteps => Places * (784 + Rounds * Values) / 3;

    /// <inheritdoc />
    public override bool Supports(Norm norm) => norm == Norm.Linf;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        using var _ = no_grad();
        var search = new Search(run);
        search.DropBroken();
        if (search.IsOver)
            return search.Best;
        var rest = search.Run;
        var x = rest.Images.clone();
        var losses = new double[x.shape[0]];
        var broken = new bool[x.shape[0]];
        for (var image = 0; image < losses.Length; image++)
        {
            using var scope = NewDisposeScope();
            var climb = new Climb(rest, image, Places);
            climb.Run(Values, Rounds);
            x[image].copy_(climb.Best.view_as(x[image]));
            (losses[image], broken[image]) = (climb.Loss, climb.IsBroken);
        }
        search.Record(x, tensor(losses).to(x.dtype).to(x.device), tensor(broken).to(x.device));
        return search.Best;
    }

    // A value of the image, and what it is set to.
    private readonly record struct Move(int Value, double To);

    // The search for one image, [D]; its tensors live in the scope it is made in.
    private sealed class Climb
    {
        private readonly AttackRun run;
        private readonly int image;
        private readonly double[] clean, low, high;
        private readonly double[][] between;
        private double[] current;

        public Climb(AttackRun run, int image, int places)
        {
            (this.run, this.image) = (run, image);
            var pixels = run.Images[image].flatten();
            var reach = run.Epsilons[image].flatten();
            clean = Host(pixels);
            low = Host((pixels - reach).ClampMin(run.Threat.Minimum));
            high = Host(pixels.Add(reach).ClampMax(run.Threat.Maximum));
            between = [.. low.Zip(high, (from, to) => Enumerable.Range(1, Math.Max(places - 2, 0)).Select(place => from + (to - from) * place / (places - 1)).ToArray())];
            current = clean;
            Best = pixels;
            Loss = Try([[]])[0];
        }

        public Tensor Best { get; private set; }

        public double Loss { get; private set; }

        public bool IsBroken { get; private set; }

        public void Run(int values, int rounds)
        {
            var start = Loss;
            Move[] all = [.. Enumerable.Range(0, clean.Length).SelectMany(value => Others(value))];
            var first = Try([.. all.Select(move => new[] { move })]);
            if (IsBroken)
                return;
            HashSet<int> active = [.. all.Zip(first).GroupBy(one => one.First.Value)
                .Select(group => (group.Key, Influence: group.Max(one => Math.Abs(one.Second - start))))
                .Where(value => value.Influence > 0).OrderByDescending(value => value.Influence).Take(values).Select(value => value.Key)];
            Accept(all.Zip(first).Where(one => active.Contains(one.First.Value)));
            for (var round = 1; round < rounds && !IsBroken; round++)
            {
                var before = Loss;
                Move[] moves = [.. active.SelectMany(Others)];
                Accept(moves.Zip(Try([.. moves.Select(move => new[] { move })])));
                if (Loss <= before)
                    return;
            }
        }

        // Where a value is not now.
        private IEnumerable<Move> Others(int value) =>
            new[] { low[value], high[value], clean[value] }.Concat(between[value]).Distinct().Where(to => to != current[value]).Select(to => new Move(value, to));

        // Takes the best number of the moves that help by themselves, the most helpful first.
        private void Accept(IEnumerable<(Move Move, double Loss)> tried)
        {
            if (IsBroken)
                return;
            Move[] helpful = [.. tried.Where(one => one.Loss > Loss).GroupBy(one => one.Move.Value)
                .Select(group => group.MaxBy(one => one.Loss)).OrderByDescending(one => one.Loss).Select(one => one.Move)];
            Move[][] together = [.. Enumerable.Range(1, helpful.Length).Select(count => helpful[..count])];
            var results = Try(together);
            if (IsBroken || results.Length == 0)
                return;
            var best = Array.IndexOf(results, results.Max());
            if (results[best] <= Loss)
                return;
            current = [.. current];
            foreach (var move in together[best])
                current[move.Value] = move.To;
            (Best, Loss) = (tensor(current).to(run.Images.dtype).to(run.Images.device), results[best]);
        }

        // Margins after each set of moves from the current point; stops at the first set that breaks the decision, and keeps it.
        private double[] Try(Move[][] sets)
        {
            var losses = new List<double>(sets.Length);
            foreach (var batch in sets.Chunk(Math.Clamp(MostValues / current.Length, 1, MostVariants)))
            {
                using var scope = NewDisposeScope();
                var points = new double[batch.Length * current.Length];
                for (var i = 0; i < batch.Length; i++)
                {
                    current.CopyTo(points, i * current.Length);
                    foreach (var move in batch[i])
                        points[i * current.Length + move.Value] = move.To;
                }
                var x = tensor(points).to(run.Images.dtype).to(run.Images.device).view([batch.Length, .. run.Images.shape[1..]]);
                var value = run.Evaluate(x);
                var margins = Host(Losses.Of(Attacks.Loss.Margin, value.Scores, Repeat(run.Labels), run.Targets is null ? null : Repeat(run.Targets)));
                var hit = Array.IndexOf([.. run.Broken(value.Decisions, image).cpu().data<bool>()], true);
                losses.AddRange(margins);
                if (hit >= 0)
                {
                    (Best, Loss, IsBroken) = (x[hit].flatten().MoveToOuterDisposeScope(), margins[hit], true);
                    break;
                }

                Tensor Repeat(Tensor one) => one[image].expand(batch.Length);
            }
            return [.. losses];
        }

        private static double[] Host(Tensor tensor) => [.. tensor.detach().to(ScalarType.Float64).cpu().flatten().data<double>()];
    }
}
