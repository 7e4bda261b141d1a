using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Several attempts at the same images: each works only on those that none before has broken.</summary>
internal static class Restart
{
    /// <summary>Attempts one after the other.</summary>
    /// <param name="run">The attack's run.</param>
    /// <param name="attempts">How many.</param>
    /// <param name="attempt">One attempt, given what is left and its number. It scores broken images infinite.</param>
    /// <returns>The best of all attempts.</returns>
    public static Search Run(AttackRun run, int attempts, Func<AttackRun, int, Search> attempt)
    {
        if (attempts == 1)
            return attempt(run, 0);
        var search = new Search(run);
        for (var number = 0; number < attempts && !search.IsOver; number++)
        {
            using var scope = NewDisposeScope();
            Merge(search, attempt(search.Run, number));
        }
        return search;
    }

    /// <summary>
    /// All attempts toward each of the <paramref name="classes" /> likeliest other classes of the clean image in turn; toward
    /// the run's own targets where it has them, and nowhere in particular with 0 classes. What is broken as it is stays.
    /// </summary>
    /// <inheritdoc cref="Run" />
    /// <param name="run">The attack's run.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="attempts">How many attempts for each.</param>
    /// <param name="attempt">One attempt.</param>
    public static Search Toward(AttackRun run, int classes, int attempts, Func<AttackRun, int, Search> attempt)
    {
        var search = new Search(run);
        search.DropBroken();
        if (search.IsOver)
            return search;
        using var scope = NewDisposeScope();
        if (classes == 0 || run.Targets is not null)
        {
            Merge(search, Run(search.Run, attempts, attempt));
            return search;
        }
        Tensor ranking;
        using (no_grad())
        using (var value = search.Run.Evaluate(search.Run.Images))
            ranking = Losses.Likeliest(value.Scores, search.Run.Labels, classes);
        for (var rank = 0; rank < ranking.shape[1] && !search.IsOver; rank++)
        {
            using var inner = NewDisposeScope();
            var first = rank * attempts;
            var toward = search.Run.Toward(ranking[.., rank].contiguous());
            var kept = Merge(search, Run(toward, attempts, (rest, number) => attempt(rest, first + number)));
            ranking = Search.Keep(ranking, kept);
        }
        return search;
    }

    private static Tensor? Merge(Search search, Search found)
    {
        search.Record(found.Best, found.Scores);
        return search.Drop(found.Scores.isposinf());
    }
}
