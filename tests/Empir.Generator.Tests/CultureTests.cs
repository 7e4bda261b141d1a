using System.Globalization;

namespace Empir.Generator.Tests;

public class CultureTests
{
    [Theory]
    [InlineData("sv-SE")]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void GeneratedCodeAndMessagesAreTheSameInEveryCulture(string culture)
    {
        var wrong = SpecSources.Everything.Replace("epsilon: 0.5", "epsilon: -0.5", StringComparison.Ordinal).Replace("epochs: 2", "epochs: -2", StringComparison.Ordinal);
        var invariant = In("", wrong);
        Assert.Contains("range: [-1, 1.5]", SpecSources.Everything, StringComparison.Ordinal);
        Assert.Equal(invariant, In(culture, wrong));
        Assert.Equal(In("", SpecSources.Everything), In(culture, SpecSources.Everything));
        Assert.Equal(In("", SpecSources.Structure), In(culture, SpecSources.Structure));
    }

    private static string[] In(string name, string spec)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
            var run = GeneratorRun.Of(spec);
            return [.. run.Messages, .. run.Result.GeneratedSources.Select(source => source.SourceText.ToString())];
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
