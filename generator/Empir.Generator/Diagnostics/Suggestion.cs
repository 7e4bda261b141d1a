namespace Empir.Generator.Diagnostics;

/// <summary>The end of a message about a name that does not exist: the nearest one that does, or all of them.</summary>
internal static class Suggestion
{
    private const int LongestWord = 64;
    private const int LongestList = 16;

    public static string For(string word, IEnumerable<string> candidates)
    {
        var known = candidates.Distinct(StringComparer.Ordinal).ToArray();
        if (Nearest(word, known) is { } nearest)
            return $". Did you mean '{nearest}'?";
        return known.Length is > 0 and <= LongestList ? $"; use {OneOf(known)}" : "";
    }

    public static string OneOf(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "nothing",
        1 => words[0],
        _ => $"{string.Join(", ", words.Take(words.Count - 1))} or {words[words.Count - 1]}",
    };

    /// <summary>The candidate that was most likely meant, if any.</summary>
    public static string? Nearest(string word, IReadOnlyList<string> candidates)
    {
        if (word.Length > LongestWord)
            return null;
        // A third of the letters may be wrong: more would suggest words that only happen to be short.
        var allowed = Math.Max(1, word.Length / 3);
        return candidates
            .Where(candidate => candidate.Length <= LongestWord)
            .Select(candidate => (Word: candidate, Distance: EditDistance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= allowed && candidate.Distance < candidate.Word.Length)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
    }

    // Levenshtein with transpositions of neighbours (optimal string alignment).
    private static int EditDistance(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            distance[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            distance[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                distance[i, j] = Math.Min(substitution, 1 + Math.Min(distance[i - 1, j], distance[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
            }
        return distance[a.Length, b.Length];
    }
}
