using System.Reflection;
using System.Text.RegularExpressions;
using Empir.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Tests;

/// <summary>The pages about diagnostics are data: each shows what leads to its message and what does not, and this tries it.</summary>
public class DocumentationTests
{
    private static readonly Dictionary<string, string> WithoutExample = new(StringComparer.Ordinal)
    {
        ["EMPIR0001"] = "a bug that is known is mended",
        ["EMPIR0002"] = "a file that cannot be read has no text to show",
    };

    private static readonly DiagnosticDescriptor[] All =
        [.. typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (DiagnosticDescriptor)field.GetValue(null)!)];

    public static TheoryData<string> Ids => [.. All.Select(descriptor => descriptor.Id)];

    public static TheoryData<string> IdsWithExample => [.. All.Select(descriptor => descriptor.Id).Where(id => !WithoutExample.ContainsKey(id))];

    [Fact]
    public void TheIndexIsThatOfTheDescriptors()
    {
        var rows = Regex.Matches(DiagnosticPage.Index, @"^\| \[(EMPIR\d+)\]\(diagnostics/(EMPIR\d+)\.md\) \| (.+?) \| (\w+) \|$", RegexOptions.Multiline);

        Assert.Equal(
            All.Select(descriptor => $"{descriptor.Id} {descriptor.Id} {descriptor.Title} {Word(descriptor.DefaultSeverity)}"),
            rows.Select(row => string.Join(' ', row.Groups.Values.Skip(1))));
        Assert.Equal(All.Select(descriptor => descriptor.Id), DiagnosticPage.Ids);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void EveryPageHasItsTitleAndItsRelations(string id)
    {
        var page = DiagnosticPage.Load(id);

        Assert.Equal($"# {id}: {All.Single(descriptor => descriptor.Id == id).Title}", page.Title);
        Assert.Matches(@"^Related: (\[(EMPIR\d+)\]\(\2\.md\)(, |$))+$", page.LastLine);
        Assert.All(Regex.Matches(page.Text, @"\((EMPIR\d+)\.md\)"), link => Assert.Contains(link.Groups[1].Value, DiagnosticPage.Ids));
        Assert.DoesNotContain($"({id}.md)", page.Text, StringComparison.Ordinal);
        Assert.Equal(WithoutExample.ContainsKey(id) ? 0 : 2, page.Examples.Count);
    }

    [Theory]
    [MemberData(nameof(IdsWithExample))]
    public void EveryExampleIsWhatItsPageSays(string id)
    {
        var page = DiagnosticPage.Load(id);
        var (wrong, right) = (page.Examples[0], page.Examples[1]);
        var messages = Messages(wrong);

        Assert.All(messages, message => Assert.Equal(id, message.Id));
        Assert.Contains(messages, message => message.Location.GetLineSpan().StartLinePosition.Line + 1 == page.MarkedLine(wrong));
        Assert.DoesNotContain(Messages(right), message => message.Id == id || message.Severity == DiagnosticSeverity.Error);
    }

    private static Diagnostic[] Messages(string spec) =>
    [
        .. GeneratorRun.Of(("a.empir.yaml", SpecSources.Calm.Replace("CalmEmpir", "OtherEmpir", StringComparison.Ordinal)), ("b.empir.yaml", spec)).Diagnostics,
        .. AdviceRun.Of(("b.empir.yaml", spec)),
    ];

    private static string Word(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Info ? "information" : severity.ToString().ToLowerInvariant();
}
