using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using Empir.Generator.Reading;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Checking;

/// <summary>From a file to a checked spec: reads it, then checks section by section, each on what the earlier ones found.</summary>
internal static class SpecChecker
{
    /// <summary>What source is emitted from, and every message.</summary>
    public static CheckedSpec Check(SpecFile file, GeneratorOptions options)
    {
        var (spec, claim, members, report) = Examine(file, options);
        return new(
            new(file.Path, file.RelativeTo(options.ProjectDirectory), claim?.Name, members, spec?.Ensemble),
            claim is { } at ? report.Locate(at.Span) : null,
            report.Diagnostics);
    }

    /// <summary>The spec with its declarations; null if it has errors.</summary>
    public static LocatedSpec? Locate(SpecFile file, GeneratorOptions options) => Examine(file, options).Spec;

    private static (LocatedSpec? Spec, (string Name, TextSpan Span)? Claim, EquatableArray<string> Members, Report Report) Examine(SpecFile file, GeneratorOptions options)
    {
        var text = SourceText.From(file.Text ?? "");
        var report = new Report(file.Path, text);
        var claim = default((string Name, TextSpan Span)?);
        var members = EquatableArray<string>.Empty;
        var spec = default(LocatedSpec);
        try
        {
            if (file.Text is null)
                report.Add(Descriptors.UnreadableFile, default);
            else if (YamlReader.Read(text, report) is { } root
                && new SectionForm(SpecKeys.Table).TryRead(root, new("The spec", root.Span), report, out var fields))
            {
                if (fields.Has(SpecKeys.Ensemble) && !NameChecker.IsReserved(fields.Get(SpecKeys.Ensemble)))
                    claim = (fields.Get(SpecKeys.Ensemble), fields.Locate(SpecKeys.Ensemble));
                members = NameChecker.MemberProperties(fields);
                spec = Check(fields, file, options, report);
            }
        }
        // One file's surprise must not take the other specs' code with it, as an exception leaving the generator would.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            report.Add(Descriptors.InternalError, default, $"{exception.GetType().Name}: {exception.Message}");
        }
        return (report.Count == 0 ? spec : null, claim, members, report);
    }

    private static LocatedSpec? Check(Fields fields, SpecFile file, GeneratorOptions options, Report report)
    {
        var input = InputChecker.Check(fields, options.EmitLineDirectives, report);
        var classes = (int)fields.Get(SpecKeys.Classes);
        var blocks = BlockChecker.Check(fields, report);
        var architectures = ArchitectureChecker.Check(fields, blocks, input?.Shape, classes, options.EmitLineDirectives, report);
        var precisions = PrecisionChecker.Check(fields, report);
        var members = MemberChecker.Check(fields, architectures, precisions, report);
        PrecisionChecker.CheckOverrides(precisions, architectures, members, report);
        TrainingChecker.Check(fields, members, input?.Shape, report);
        SettingsChecker.Check(fields, report);
        var fusion = FusionChecker.Check(fields, members, report);
        BudgetChecker.CheckKeys(fields, members, report);
        NameChecker.Check(fields, blocks, architectures, members, report);
        if (fields.HasErrors || report.Count > 0 || input is null || fusion is null)
            return null;

        var name = fields.Get(SpecKeys.Ensemble);
        var relative = file.RelativeTo(options.ProjectDirectory);
        NetworkSpec Network(ArchitectureDeclaration architecture, PrecisionDeclaration precision) => new(
            name, relative, options.EmitLineDirectives ? file.Path : "", architecture.Name, precision.Name, architecture.Initialization,
            input, classes, [.. input.Normalize is { } normalize ? [normalize.Layer(input.Shape)] : Array.Empty<LayerSpec>(), .. precision.Apply(architecture)]);

        var ensemble = new EnsembleSpec(
            name, fields.Get(SpecKeys.Description, ""), relative, file.Hash, classes, input,
            [.. members.GroupBy(member => member.ClassName, StringComparer.Ordinal).Select(same => Network(same.First().Architecture!, same.First().Precision!))],
            [.. members.Select(member => new MemberSpec(member.Name, member.ClassName, member.Seed, member.InitFrom))],
            fusion, TrainingChecker.Training(fields), SettingsChecker.Evaluation(fields));
        ProtocolChecker.Check(fields, ensemble, report);
        return new(fields, members, ensemble with { Budget = BudgetChecker.Measure(fields, members, ensemble, report) });
    }
}
