namespace Empir.CommandLine.Parsing;

/// <summary>What a mistyped word was probably meant to be.</summary>
internal static class Suggestion
{
    /// <summary>How a message ends: with a question, or with a full stop where no candidate is near.</summary>
    public static string For(string word, IEnumerable<string> candidates)
    {
        var nearest = candidates.Select(candidate => (candidate, distance: Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.distance <= Math.Max(1, word.Length / 3))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate).FirstOrDefault();
        return nearest is null ? "." : $"; did you mean {nearest}?";
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j - 1], row[j]) + 1);
            }
        }
        return row[^1];
    }
}
