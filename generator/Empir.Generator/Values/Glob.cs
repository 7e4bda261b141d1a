namespace Empir.Generator.Values;

/// <summary>Matches names against patterns with <c>*</c> (any text) and <c>?</c> (one character).</summary>
internal static class Glob
{
    /// <summary>Whether the whole name matches. Going back to the last star only, it takes no exponential time on any pattern.</summary>
    public static bool IsMatch(string pattern, string name)
    {
        var (p, n) = (0, 0);
        var (star, resume) = (-1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
                (p, n) = (p + 1, n + 1);
            else if (p < pattern.Length && pattern[p] == '*')
                (star, resume, p) = (p, n, p + 1);
            else if (star >= 0)
                (p, n, resume) = (star + 1, resume + 1, resume + 1);
            else
                return false;
        }
        return pattern.Substring(p).All(rest => rest == '*');
    }
}
