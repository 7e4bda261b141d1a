using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Empir.Generator.Values;

namespace Empir.Generator.Checking;

/// <summary>A precision as declared.</summary>
internal sealed record PrecisionDeclaration(string Name, Bits Bits, IReadOnlyList<PrecisionOverride> Overrides)
{
    /// <summary>The layer at this precision: the last matching override decides, or else the precision itself.</summary>
    public LayerSpec Apply(LayerSpec layer) => layer is WeightedLayerSpec weighted
        ? weighted with { Bits = Overrides.LastOrDefault(candidate => candidate.Matches(layer.Name))?.Bits ?? Bits }
        : layer;
}

/// <summary>Other bits for the layers whose name matches.</summary>
internal sealed record PrecisionOverride(YamlScalar Pattern, Bits Bits)
{
    public bool Matches(string layer) => Glob.IsMatch(Pattern.Text, layer);
}

/// <summary>The spec's <c>precisions</c>.</summary>
internal static class PrecisionChecker
{
    /// <summary>Every precision by name, the built-in one and broken ones included.</summary>
    public static IReadOnlyDictionary<string, PrecisionDeclaration> Check(Fields spec, Report report)
    {
        var items = spec.Get(SpecKeys.Precisions, []);
        var bits = new Dictionary<string, Bits>(StringComparer.Ordinal) { [PrecisionKeys.Full] = Bits.Full };
        foreach (var item in items)
            if (item.Key!.Text == PrecisionKeys.Full)
                report.Add(Descriptors.BuiltInPrecision, item.Key.Span, PrecisionKeys.Full);
            else
                bits[item.Key.Text] = new(item.Value.Get(PrecisionKeys.Weights), item.Value.Get(PrecisionKeys.Activations));

        var precisions = bits.ToDictionary(pair => pair.Key, pair => new PrecisionDeclaration(pair.Key, pair.Value, []), StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.Key!.Text != PrecisionKeys.Full))
            precisions[item.Key!.Text] = precisions[item.Key.Text] with
            {
                Overrides = [.. item.Value.Get(PrecisionKeys.Layers, []).Select(entry => new PrecisionOverride(entry.Key!, BitsOf(entry, bits[item.Key.Text], bits, report)))],
            };
        return precisions;
    }

    private static Bits BitsOf(Item<object?> entry, Bits own, Dictionary<string, Bits> known, Report report)
    {
        switch (entry.Value)
        {
            case Fields fields:
                return new(fields.Get(OverrideKeys.Weights, own.Weights), fields.Get(OverrideKeys.Activations, own.Activations));
            case string name when !entry.IsBroken && !known.ContainsKey(name):
                report.Add(Descriptors.UnknownReference, entry.Node.Span, "precision", name, Suggestion.For(name, known.Keys));
                return own;
            case string name when !entry.IsBroken:
                return known[name];
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
                .Select(member => member.Architecture!).Distinct().ToArray();
            if (used.Length == 0)
                used = [.. architectures.Values];
            if (used.Length == 0 || used.Any(architecture => architecture.Layers is null))
                continue;

            var layers = used.SelectMany(architecture => architecture.Layers!).OfType<WeightedLayerSpec>().Select(layer => layer.Name).ToArray();
            foreach (var pattern in precision.Overrides.Where(candidate => !layers.Any(candidate.Matches)).Select(candidate => candidate.Pattern))
                report.Add(Descriptors.OverrideMatchesNothing, pattern.Span, YamlScalar.Clip(pattern.Text),
                    Suggestion.OneOf([.. used.Select(architecture => architecture.Name)]), Suggestion.For(pattern.Text, layers));
        }
    }
}
