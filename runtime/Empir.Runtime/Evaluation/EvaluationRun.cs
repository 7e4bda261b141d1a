using Empir.Attacks;
using Empir.Data;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>Fills the cells of an evaluation's tables, batch by batch: what a batch found is kept before the next one starts.</summary>
/// <param name="test">The test images.</param>
/// <param name="device">Where the systems are.</param>
/// <param name="seed">Seed of the attacks' randomness.</param>
/// <param name="work">What there is to do.</param>
/// <param name="progress">Told after every batch.</param>
/// <param name="unfinished">Keeps finished batches; null keeps none.</param>
/// <param name="cancellation">Stops between two steps.</param>
internal sealed class EvaluationRun(
    ImageDataset test, Device device, long seed, Workload work, IProgress<EvaluationProgress>? progress,
    UnfinishedEvaluation? unfinished, CancellationToken cancellation)
{
    /// <summary>Images attacked together; also the batch of the paper's CW attack, which stops as a whole.</summary>
    public const int BatchSize = 100;

    /// <summary>What there is to do.</summary>
    public Workload Work => work;

    /// <summary>A system on all test images as they are.</summary>
    public CellResult Clean(EvaluatedSystem system) =>
        Fill(new("test set", "clean", system.Name, system.Networks), All(test.Count), 1, (before, x, y, batch) =>
            [before[0].Add(batch, Booleans(system.Decide(x).eq(y)))])[0].Cell(system.Name, null);

    /// <summary>A system under an attack. Moving away from true labels, it need not attack what is wrong before.</summary>
    /// <param name="place">Where the cell is.</param>
    /// <param name="attack">The attack, one that is made for the system.</param>
    /// <param name="labels">Which class it moves away from.</param>
    /// <param name="system">The system.</param>
    /// <param name="rightBefore">Which images are right without this attack.</param>
    public CellResult Attacked(
        CellPlace place, ProtocolAttack attack, LabelPolicy labels, EvaluatedSystem system, string rightBefore)
    {
        var surface = system.Surface(attack)!;
        return Fill(place, labels == LabelPolicy.True ? rightBefore : All(rightBefore.Length), 1, (before, x, y, batch) =>
        {
            var moved = labels == LabelPolicy.True ? y : system.Decide(x);
            using var result = SideBySide.Run(attack.Attack, surface, attack.Threat, x, moved, seed, batch.Images, cancellation);
            return [Add(before[0], batch, result, system, y, rightBefore, labels)];
        })[0].Cell(system.Name, surface.Name);
    }

    /// <summary>Every system on images crafted on one of them with true labels.</summary>
    public IReadOnlyList<CellResult> Transferred(
        CellPlace place, ProtocolAttack attack, EvaluatedSystem source, IReadOnlyList<EvaluatedSystem> systems, IReadOnlyList<string> rightBefore)
    {
        var surface = source.Surface(attack)!;
        var tallies = Fill(place, All(rightBefore[0].Length), systems.Count, (before, x, y, batch) =>
        {
            using var result = SideBySide.Run(attack.Attack, surface, attack.Threat, x, y, seed, batch.Images, cancellation);
            return [.. before.Select((tally, target) => Add(tally, batch, result, systems[target], y, rightBefore[target], LabelPolicy.True))];
        });
        return [.. tallies.Zip(systems, (tally, system) => tally.Cell(system.Name, surface.Name))];
    }

    /// <summary>A step that is no cell of a table: taken over where an interrupted run has done it, else done and kept.</summary>
    public T Once<T>(CellPlace place, int count, Func<T> step) where T : class
    {
        cancellation.ThrowIfCancellationRequested();
        var kept = unfinished?.Find<T>(place.Key);
        var result = kept ?? step();
        work.Finish(place.Work * count, wasKnown: true);
        if (kept is not null)
            return kept;
        unfinished?.Keep(place.Key, result);
        progress?.Report(new(place.Table, place.Row, place.Column, count, count, work.Share(0, 0, isKnown: true)));
        return result;
    }

    private static string All(int images) => new('1', images);

    private static Tally Add(
        Tally tally, ImageBatch batch, AttackResult result, EvaluatedSystem system, Tensor y, string rightBefore, LabelPolicy labels)
    {
        var survived = Booleans(system.Decide(result.Adversarial).eq(y));
        var l2 = result.L2.cpu().data<double>().ToArray();
        var (distance, broken) = (tally.Distance, tally.Broken);
        for (var i = 0; i < survived.Length; i++)
        {
            var wasRight = rightBefore[(int)batch.Images[i]] == '1';
            if (wasRight && !survived[i])
                (distance, broken) = (distance + l2[i], broken + 1);
            // Against true labels the attacker may always leave a wrong image alone.
            survived[i] &= wasRight || labels == LabelPolicy.Predicted;
        }
        return tally.Add(batch, survived) with
        {
            Distance = distance,
            Broken = broken,
            Linf = Math.Max(tally.Linf, result.Linf.max().ReadDouble()),
            Tried = tally.Tried + survived.Length,
        };
    }

    // Goes on where the cells' tallies end: which images make a batch depends on what was right before alone, killed or not.
    private IReadOnlyList<Tally> Fill(
        CellPlace place, string tried, int cells, Func<IReadOnlyList<Tally>, Tensor, Tensor, ImageBatch, IReadOnlyList<Tally>> fill)
    {
        var tallies = unfinished?.Find<IReadOnlyList<Tally>>(place.Key) ?? [.. Enumerable.Repeat(Tally.Empty, cells)];
        var images = tried.Length;
        var (size, isKnown) = (place.Work * (place.Survivors ?? images), place.Survivors is null);
        var count = tried.Count(image => image == '1');
        while (tallies[0].Right.Length < images)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = ImageBatch.Next(tried, tallies[0].Right.Length, BatchSize);
            if (batch.Images.Count == 0)
            {
                tallies = [.. tallies.Select(tally => tally.Add(batch, []))];
                break;
            }
            var (x, y) = test.Batch([.. batch.Images], device);
            tallies = fill(tallies, x, y, batch);
            unfinished?.Keep(place.Key, tallies);
            var done = tried.AsSpan(0, batch.End).Count('1');
            progress?.Report(new(place.Table, place.Row, place.Column, done, count, work.Share(size, (double)done / count, isKnown)));
        }
        work.Finish(isKnown ? size : place.Work * tallies[0].Right.Count(image => image == '1'), isKnown);
        return tallies;
    }

    private static bool[] Booleans(Tensor right) => right.cpu().data<bool>().ToArray();
}

/// <summary>One cell of one table.</summary>
/// <param name="Table">The table: a protocol's name, or what else is shown as a table.</param>
/// <param name="Row">The row.</param>
/// <param name="Column">The column: a system.</param>
/// <param name="Work">What an image costs, in gradients of one network.</param>
internal sealed record CellPlace(string Table, string Row, string Column, double Work)
{
    /// <summary>How many images are expected to cost all of it, where it is not known beforehand that all do.</summary>
    public double? Survivors { get; init; }

    public string Key => $"{Table}/{Row}/{Column}";
}
