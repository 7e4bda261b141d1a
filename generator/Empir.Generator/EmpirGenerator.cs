using System.Text;
using Empir.Generator.Checking;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Emitting;
using Empir.Generator.Reading;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator;

/// <summary>Writes the typed networks and ensembles that a project's <c>*.empir.yaml</c> specs declare.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class EmpirGenerator : IIncrementalGenerator
{
    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // The project's settings and its specs. Nothing here looks at C#, so editing C# runs nothing.
        var options = context.AnalyzerConfigOptionsProvider.Select(GeneratorOptions.Read).WithTrackingName(Steps.Options);
        var files = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(static pair => GeneratorOptions.IsSpec(pair.Right.GetOptions(pair.Left)))
            .Select(static (pair, cancellation) => SpecFile.Create(pair.Left, cancellation))
            .WithTrackingName(Steps.Files);

        // Each spec is read and checked once, and falls apart into source and messages.
        var specs = files.Combine(options)
            .Select(static (pair, _) => SpecChecker.Check(pair.Left, pair.Right))
            .WithTrackingName(Steps.Checked);
        var outcomes = specs.Select(static (spec, _) => spec.Outcome).WithTrackingName(Steps.Outcomes);
        var claims = specs.Where(static spec => spec.NameLocation is not null)
            .Select(static (spec, _) => new NameClaim(spec.Outcome.Path, spec.Outcome.File, spec.Outcome.Name!, spec.NameLocation!))
            .WithTrackingName(Steps.Claims);

        // Of several specs with one name the first by path is emitted.
        var rivals = outcomes.Collect().Select(static (all, _) => Rivals.Paths(all)).WithTrackingName(Steps.Rivals);
        var emitted = outcomes.Combine(rivals)
            .Where(static pair => pair.Left.Name is not null && !pair.Right.Contains(pair.Left.Path))
            .Select(static (pair, _) => pair.Left)
            .WithTrackingName(Steps.Emitted);

        // Source: a file per ensemble, one for its networks, which few edits concern, and the list of all specs.
        var networks = emitted
            .SelectMany(static (outcome, _) => outcome.Spec is { } spec ? [spec.Networks] : EquatableArray<EquatableArray<NetworkSpec>>.Empty)
            .WithTrackingName(Steps.Networks)
            .Combine(options)
            .Select(static (pair, _) => NetworkEmitter.Emit(pair.Left, pair.Right))
            .WithTrackingName(Steps.NetworkSources);
        var ensembles = emitted.Combine(options)
            .Select(static (pair, _) => EnsembleEmitter.Emit(pair.Left, pair.Right))
            .WithTrackingName(Steps.EnsembleSources);
        var list = outcomes.Collect().Combine(rivals).Combine(options)
            .SelectMany(static (all, _) => SpecListEmitter.Emit(all.Left.Left, all.Left.Right, all.Right))
            .WithTrackingName(Steps.ListSource);
        context.RegisterSourceOutput(networks, AddSource);
        context.RegisterSourceOutput(ensembles, AddSource);
        context.RegisterSourceOutput(list, AddSource);

        // Messages: those of each spec, and those about two specs.
        var messages = specs.SelectMany(static (spec, _) => spec.Diagnostics).WithTrackingName(Steps.Messages);
        var rivalries = claims.Collect().SelectMany(static (all, _) => Rivals.Messages(all)).WithTrackingName(Steps.Rivalries);
        context.RegisterSourceOutput(messages, Report);
        context.RegisterSourceOutput(rivalries, Report);
    }

    private static void AddSource(SourceProductionContext context, GeneratedFile file) =>
        context.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));

    private static void Report(SourceProductionContext context, DiagnosticInfo diagnostic) =>
        context.ReportDiagnostic(diagnostic.ToDiagnostic());
}
