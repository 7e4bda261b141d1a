using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Tests;

/// <summary>What a project says around its specs.</summary>
internal sealed record RunOptions(
    bool Lines = false, LanguageVersion Language = LanguageVersion.Latest, string Namespace = "Zoo", string Code = "", string ItemType = "EmpirSpec", bool Executable = false)
{
    public AnalyzerConfigOptionsProvider ToProvider() => new Provider(
        new Values(new Dictionary<string, string>
        {
            ["build_property.RootNamespace"] = Namespace,
            ["build_property.MSBuildProjectDirectory"] = GeneratorRun.Folder.TrimEnd('/'),
            ["build_property.EmpirEmitLineDirectives"] = Lines ? "true" : "false",
        }),
        new Values(new Dictionary<string, string> { ["build_metadata.AdditionalFiles.SourceItemType"] = ItemType }));

    private sealed class Provider(AnalyzerConfigOptions global, AnalyzerConfigOptions file) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => global;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => global;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => file;
    }

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}

/// <summary>A spec in memory; without a text it is a file that cannot be read.</summary>
internal sealed class SpecText(string path, string? text) : AdditionalText
{
    private readonly SourceText? source = text is null ? null : SourceText.From(text, Encoding.UTF8);

    public override string Path => path;

    public override SourceText? GetText(CancellationToken cancellationToken = default) => source;
}
