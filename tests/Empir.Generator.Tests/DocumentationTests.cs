using System.Reflection;
using System.Text.RegularExpressions;
using Empir.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Tests;

public class DocumentationTests
{
    [Fact]
    public void TheListOfDiagnosticsIsThatOfTheDescriptors()
    {
        var descriptors = typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!)
            .Select(descriptor => $"{descriptor.Id} {descriptor.Title}");
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnostics.md"));
        var rows = Regex.Matches(page, @"^\| (EMPIR\d+) \| (.+?) \|", RegexOptions.Multiline)
            .Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}");

        Assert.Equal(descriptors.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }
}
