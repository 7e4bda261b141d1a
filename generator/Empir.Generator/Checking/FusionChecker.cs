using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>fusion</c>.</summary>
internal static class FusionChecker
{
    /// <summary>The rule, or null after a reported error.</summary>
    public static FusionSpec? Check(Fields spec, IReadOnlyList<MemberDeclaration> members, Report report)
    {
        var fields = spec.Get(SpecKeys.Fusion, Fields.None);
        if (fields.HasErrors)
            return null;

        var names = members.Select(member => member.Name).Where(name => name.Length > 0).ToArray();
        var of = fields.Get(FusionKeys.Of, FusionKeys.Probabilities) == FusionKeys.Logits ? FusedOutput.Logits : FusedOutput.Probabilities;
        switch (fields.Get(FusionKeys.Rule))
        {
            case FusionKeys.Majority:
                RefuseUnused(fields, report, FusionKeys.Of, FusionKeys.Weights);
                return Majority(fields, names, report);
            case FusionKeys.Average:
                RefuseUnused(fields, report, FusionKeys.TieBreak, FusionKeys.Weights);
                return new AverageSpec(of);
            case FusionKeys.MaxConfidence:
                RefuseUnused(fields, report, FusionKeys.TieBreak, FusionKeys.Of, FusionKeys.Weights);
                return new MaxConfidenceSpec();
            default:
                RefuseUnused(fields, report, FusionKeys.TieBreak);
                return Weights(fields, spec.Has(SpecKeys.Members) ? names : null, report) is { } weights ? new WeightedSpec(of, weights) : null;
        }
    }

    private static void RefuseUnused(Fields fields, Report report, params Key[] keys)
    {
        foreach (var key in keys.Where(fields.Has))
            report.Add(Descriptors.UnusedKey, fields.Locate(key), key.Name, $"'rule: {fields.Get(FusionKeys.Rule)}'");
    }

    private static MajoritySpec? Majority(Fields fields, string[] names, Report report)
    {
        if (!fields.Has(FusionKeys.TieBreak))
            return new(null, null);
        var name = fields.Get(FusionKeys.TieBreak);
        var index = Array.IndexOf(names, name);
        if (index < 0 && names.Length > 0)
            report.Add(Descriptors.UnknownReference, fields.Locate(FusionKeys.TieBreak), "member", name, Suggestion.For(name, names));
        return index < 0 ? null : new(index, name);
    }

    private static EquatableArray<double>? Weights(Fields fields, string[]? names, Report report)
    {
        if (!fields.Has(FusionKeys.Weights))
        {
            report.Add(Descriptors.MissingKey, fields.Locate(FusionKeys.Rule), FusionKeys.Weights.Name, "a weighted fusion");
            return null;
        }
        var items = (IReadOnlyList<Item<double>>)fields.Get(FusionKeys.Weights)!;
        if (names is null)
            return null;

        var before = report.Count;
        foreach (var item in items.Where(item => item.Key is not null && !names.Contains(item.Key.Text)))
            report.Add(Descriptors.UnknownReference, item.Key!.Span, "member", item.Key.Text, Suggestion.For(item.Key.Text, names));
        if (report.Count == before && items.Count != names.Length)
            report.Add(Descriptors.WeightsDoNotMatch, fields.Locate(FusionKeys.Weights), Invariant($"{items.Count}"), Invariant($"{names.Length}"));
        if (report.Count == before && items.All(item => item.Value == 0))
            report.Add(Descriptors.OutOfRange, fields.Locate(FusionKeys.Weights), "'weights'", "above 0 for at least one member", "0 for all");
        return report.Count > before ? null
            : items[0].Key is null ? items.Select(item => item.Value).ToEquatableArray()
            : names.Select(name => items.First(item => item.Key!.Text == name).Value).ToEquatableArray();
    }
}
