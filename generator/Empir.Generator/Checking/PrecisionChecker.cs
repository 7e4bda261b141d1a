using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using Empir.Generator.Reading;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Checking;

/// <summary>A precision as declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Quantization">What holds where no exception does.</param>
/// <param name="First">What the first layer with weights has instead; null when it is a layer like any other.</param>
/// <param name="Last">What the last layer with weights has instead.</param>
/// <param name="Overrides">Exceptions by name.</param>
internal sealed record PrecisionDeclaration(
    string Name, Quantization Quantization, PrecisionOverride? First, PrecisionOverride? Last, IReadOnlyList<PrecisionOverride> Overrides)
{
    /// <summary>The layers at this precision: the last exception that matches a layer decides, exceptions by name before first and last.</summary>
    public EquatableArray<LayerSpec> Apply(ArchitectureDeclaration architecture)
    {
        var paths = architecture.Weighted.ToArray();
        return architecture.Layers!.Map("", (path, layer) => layer with { Quantization = Of(path, paths) });
    }

    /// <summary>The exceptions that match a layer, the one that decides first.</summary>
    /// <param name="path">The layer.</param>
    /// <param name="paths">Every layer with weights, in order.</param>
    public IEnumerable<PrecisionOverride> Exceptions(string path, IReadOnlyList<string> paths)
    {
        for (var i = Overrides.Count - 1; i >= 0; i--)
            if (Overrides[i].Matches(path))
                yield return Overrides[i];
        if (Last is not null && path == paths[paths.Count - 1])
            yield return Last;
        if (First is not null && path == paths[0])
            yield return First;
    }

    private Quantization Of(string path, string[] paths) => Exceptions(path, paths).FirstOrDefault()?.Quantization ?? Quantization;
}

/// <summary>Another quantisation for some layers.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Pattern">The pattern of their paths; empty where a rule and not a name decides.</param>
/// <param name="Quantization">What they have.</param>
internal sealed record PrecisionOverride(TextSpan Span, string Pattern, Quantization Quantization)
{
    public bool Matches(string path) => Glob.IsMatch(Pattern, path);
}

/// <summary>The spec's <c>precisions</c>.</summary>
internal static class PrecisionChecker
{
    /// <summary>Every precision by name, the built-in one and broken ones included.</summary>
    public static IReadOnlyDictionary<string, PrecisionDeclaration> Check(Fields spec, Report report)
    {
        var items = spec.Get(SpecKeys.Precisions, []);
        var known = new Dictionary<string, Quantization>(StringComparer.Ordinal) { [PrecisionKeys.Full] = Quantization.Full };
        foreach (var item in items)
            if (item.Key!.Text == PrecisionKeys.Full)
                report.Add(Descriptors.BuiltInPrecision, item.Key.Span, PrecisionKeys.Full);
            else
                known[item.Key.Text] = QuantizerChecker.Check(item.Value, report);

        var precisions = known.ToDictionary(pair => pair.Key, pair => new PrecisionDeclaration(pair.Key, pair.Value, null, null, []), StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.Key!.Text != PrecisionKeys.Full))
        {
            var (name, fields) = (item.Key!.Text, item.Value);
            PrecisionOverride Override(TextSpan span, string pattern, object? value, TextSpan at) => new(span, pattern, Read(value, at, fields, known[name], known, report));
            PrecisionOverride? Rule(Key<object?> key) => fields.Has(key) ? Override(fields.Locate(key), "", fields.Get(key), fields.Locate(key)) : null;
            precisions[name] = precisions[name] with
            {
                First = Rule(PrecisionKeys.First),
                Last = Rule(PrecisionKeys.Last),
                Overrides = [.. fields.Get(PrecisionKeys.Layers, []).Select(entry => Override(entry.Key!.Span, entry.Key.Text, entry.Value, entry.Node.Span))],
            };
        }
        return precisions;
    }

    private static Quantization Read(
        object? value, TextSpan span, Fields precision, Quantization own, Dictionary<string, Quantization> known, Report report)
    {
        switch (value)
        {
            case Fields fields:
                return QuantizerChecker.Check(fields, precision, own, report);
            case string name when known.TryGetValue(name, out var other):
                return other;
            case string { Length: > 0 } name:
                report.Add(Descriptors.UnknownReference, span, "precision", name, Suggestion.For(name, known.Keys));
                return own;
            default:
                return own;
        }
    }

    /// <summary>Refuses overrides that change nothing in any network they are used for: they are typing mistakes.</summary>
    public static void CheckOverrides(
        IReadOnlyDictionary<string, PrecisionDeclaration> precisions, IReadOnlyDictionary<string, ArchitectureDeclaration> architectures,
        IReadOnlyList<MemberDeclaration> members, Report report)
    {
        foreach (var precision in precisions.Values)
        {
            var used = members.Where(member => member.Precision?.Name == precision.Name && member.Architecture is not null)
                .GroupBy(member => member.Architecture!.Name, StringComparer.Ordinal).Select(same => same.First().Architecture!).ToArray();
            if (used.Length == 0)
                used = [.. architectures.Values];
            if (used.Length == 0 || used.Any(architecture => architecture.Layers is null))
                continue;

            var layers = used.SelectMany(architecture => architecture.Weighted).Distinct().ToArray();
            foreach (var exception in precision.Overrides.Where(candidate => !layers.Any(candidate.Matches)))
                report.Add(Descriptors.OverrideMatchesNothing, exception.Span, YamlScalar.Clip(exception.Pattern),
                    Suggestion.OneOf([.. used.Select(architecture => architecture.Name)]), Suggestion.For(exception.Pattern, layers));
        }
    }
}
