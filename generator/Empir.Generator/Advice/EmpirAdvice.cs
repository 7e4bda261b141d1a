using System.Collections.Immutable;
using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Empir.Generator.Advice;

/// <summary>Advises on specs that have no errors. Errors are the generator's: they hold in every build, advice is optional.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EmpirAdvice : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. AdviceRule.All.Select(rule => rule.Descriptor), Descriptors.UselessSuppression];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterAdditionalFileAction(Analyze);
    }

    private static void Analyze(AdditionalFileAnalysisContext context)
    {
        var provider = context.Options.AnalyzerConfigOptionsProvider;
        if (!GeneratorOptions.IsSpec(provider.GetOptions(context.AdditionalFile)) || context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
            return;
        var file = new SpecFile(context.AdditionalFile.Path, text.ToString());
        if (SpecChecker.Locate(file, GeneratorOptions.Read(provider, context.CancellationToken)) is not { } spec)
            return;

        var report = new Report(file.Path, text);
        var suppressions = Suppressions.Read(text, report.LineOf(spec.Fields.Anchor) - 1);
        foreach (var rule in AdviceRule.All)
            foreach (var finding in rule.Check(spec))
                if (!suppressions.Cover(rule.Descriptor.Id, report.LineOf(finding.At) - 1))
                    report.Add(rule.Descriptor, finding.At, finding.Arguments);
        foreach (var useless in suppressions.Useless)
            report.Add(Descriptors.UselessSuppression, useless.At, useless.Arguments);
        foreach (var diagnostic in report.Diagnostics)
            context.ReportDiagnostic(diagnostic.ToDiagnostic());
    }
}
