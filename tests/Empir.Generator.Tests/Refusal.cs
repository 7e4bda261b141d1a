namespace Empir.Generator.Tests;

/// <summary>One mistake, one message: a test makes one in a correct spec and names the place, the id and the words.</summary>
internal static class Refusal
{
    /// <summary>The small spec with the first occurrence of a text replaced.</summary>
    public static string Small(string old, string replacement)
    {
        Assert.Contains(old, SpecSources.Small, StringComparison.Ordinal);
        var index = SpecSources.Small.IndexOf(old, StringComparison.Ordinal);
        return SpecSources.Small.Remove(index, old.Length).Insert(index, replacement);
    }

    /// <summary>Asserts every message, in order and in full.</summary>
    public static void Refuses(string spec, params string[] messages) =>
        Assert.Equal(
            string.Join('\n', messages),
            string.Join('\n', GeneratorRun.Of(("x", spec)).Messages.Select(message => message.Replace(GeneratorRun.Folder + "x", "", StringComparison.Ordinal))));
}
