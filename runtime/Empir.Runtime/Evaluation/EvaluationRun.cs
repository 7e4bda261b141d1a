using Empir.Attacks;
using Empir.Data;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>Fills the cells of an evaluation's tables, batch by batch: what a batch found is kept before the next one starts.</summary>
/// <param name="test">The test images.</param>
/// <param name="images">How many of them, from the first.</param>
/// <param name="device">Where the systems are.</param>
/// <param name="seed">Seed of the attacks' randomness.</param>
/// <param name="work">The whole evaluation's work, in gradients of one network on one image.</param>
/// <param name="progress">Told after every batch.</param>
/// <param name="unfinished">Keeps finished batches; null keeps none.</param>
/// <param name="cancellation">Stops between two steps.</param>
internal sealed class EvaluationRun(
    ImageDataset test, int images, Device device, long seed, double work, IProgress<EvaluationProgress>? progress,
    UnfinishedEvaluation? unfinished, CancellationToken cancellation)
{
    /// <summary>Images attacked together; also the batch of the paper's CW attack, which stops as a whole.</summary>
    public const int BatchSize = 100;

    private double done;

    /// <summary>A system on the images as they are.</summary>
    public CellResult Clean(string table, EvaluatedSystem system) =>
        Fill(new(table, "clean", system.Name, system.Networks), 1, (before, x, y, _) =>
            [before[0] with { Right = before[0].Right + Digits(system.Decide(x).eq(y)) }])[0].Cell(system.Name, null);

    /// <summary>A system under an attack of a protocol.</summary>
    /// <param name="place">Where the cell is.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="labels">Which class it moves away from.</param>
    /// <param name="system">The system.</param>
    /// <param name="rightBefore">Which images are right without this attack.</param>
    public CellResult Attacked(
        CellPlace place, ProtocolAttack attack, LabelPolicy labels, EvaluatedSystem system, string rightBefore)
    {
        var surface = system.Surface(attack);
        return Fill(place, 1, (before, x, y, first) =>
        {
            var moved = labels == LabelPolicy.True ? y : system.Decide(x);
            using var result = attack.Attack.Run(surface, attack.Threat, x, moved, seed, first, cancellation: cancellation);
            return [Add(before[0], result, system, y, rightBefore, labels)];
        })[0].Cell(system.Name, surface.Name);
    }

    /// <summary>A system under an attack on true labels that spares itself the batches where nothing is right any more.</summary>
    public CellResult AttackedWhereRight(CellPlace place, ProtocolAttack attack, EvaluatedSystem system, string rightBefore)
    {
        var surface = system.Surface(attack);
        return Fill(place, 1, (before, x, y, first) =>
        {
            var count = (int)x.shape[0];
            if (rightBefore.AsSpan(first, count).IndexOf('1') < 0)
                return [before[0] with { Right = before[0].Right + new string('0', count) }];
            using var result = attack.Attack.Run(surface, attack.Threat, x, y, seed, first, cancellation: cancellation);
            return [Add(before[0], result, system, y, rightBefore, LabelPolicy.True)];
        })[0].Cell(system.Name, surface.Name);
    }

    /// <summary>Every system on images crafted on one of them with true labels.</summary>
    public IReadOnlyList<CellResult> Transferred(
        CellPlace place, Attack attack, ThreatModel threat, EvaluatedSystem source, IReadOnlyList<EvaluatedSystem> systems,
        IReadOnlyList<string> rightBefore)
    {
        var surface = source.Surface(new(attack, threat, _ => throw new InvalidOperationException("Images are crafted on members.")));
        var tallies = Fill(place, systems.Count, (before, x, y, first) =>
        {
            using var result = attack.Run(surface, threat, x, y, seed, first, cancellation: cancellation);
            return [.. before.Select((tally, target) => Add(tally, result, systems[target], y, rightBefore[target], LabelPolicy.True))];
        });
        return [.. tallies.Zip(systems, (tally, system) => tally.Cell(system.Name, surface.Name))];
    }

    /// <summary>A step that is no cell of a table: taken over where an interrupted run has done it, else done and kept.</summary>
    public T Once<T>(CellPlace place, int count, Func<T> step) where T : class
    {
        cancellation.ThrowIfCancellationRequested();
        done += place.Work * count;
        if (unfinished?.Find<T>(place.Key) is { } kept)
            return kept;
        var fresh = step();
        unfinished?.Keep(place.Key, fresh);
        progress?.Report(new(place.Table, place.Row, place.Column, count, count, Math.Min(1, done / work)));
        return fresh;
    }

    private static Tally Add(Tally tally, AttackResult result, EvaluatedSystem system, Tensor y, string rightBefore, LabelPolicy labels)
    {
        var survived = system.Decide(result.Adversarial).eq(y).cpu().data<bool>().ToArray();
        var l2 = result.L2.cpu().data<double>().ToArray();
        var (right, distance, broken) = (new char[survived.Length], tally.Distance, tally.Broken);
        for (var i = 0; i < survived.Length; i++)
        {
            var wasRight = rightBefore[tally.Right.Length + i] == '1';
            // Against true labels the attacker may always leave a wrong image alone.
            right[i] = survived[i] && (wasRight || labels == LabelPolicy.Predicted) ? '1' : '0';
            if (wasRight && !survived[i])
                (distance, broken) = (distance + l2[i], broken + 1);
        }
        return new(tally.Right + new string(right), distance, broken, Math.Max(tally.Linf, result.Linf.max().ToDouble()));
    }

    // Goes on where the cells' tallies end: a batch starts at a multiple of its size, killed or not.
    private IReadOnlyList<Tally> Fill(CellPlace place, int cells, Func<IReadOnlyList<Tally>, Tensor, Tensor, int, IReadOnlyList<Tally>> batch)
    {
        var tallies = unfinished?.Find<IReadOnlyList<Tally>>(place.Key) ?? [.. Enumerable.Repeat(Tally.Empty, cells)];
        done += place.Work * tallies[0].Right.Length;
        while (tallies[0].Right.Length is var first && first < images)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (x, y) = test.Range(first, Math.Min(BatchSize, images - first), device);
            tallies = batch(tallies, x, y, first);
            unfinished?.Keep(place.Key, tallies);
            done += place.Work * x.shape[0];
            progress?.Report(new(place.Table, place.Row, place.Column, tallies[0].Right.Length, images, Math.Min(1, done / work)));
        }
        return tallies;
    }

    private static string Digits(Tensor right) => string.Concat(right.cpu().data<bool>().Select(one => one ? '1' : '0'));
}

/// <summary>One cell of one table.</summary>
/// <param name="Table">The table: a protocol's name, or what else is shown as a table.</param>
/// <param name="Row">The row.</param>
/// <param name="Column">The column: a system.</param>
/// <param name="Work">What an image costs, in gradients of one network.</param>
internal sealed record CellPlace(string Table, string Row, string Column, double Work)
{
    public string Key => $"{Table}/{Row}/{Column}";
}
