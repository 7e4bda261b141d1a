using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>evaluation</c>.</summary>
internal static class SettingsChecker
{
    public static void Check(Fields spec, Report report)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var protocol in spec.Get(SpecKeys.Evaluation, Fields.None).Get(EvaluationKeys.Protocols, []))
            if (!protocol.IsBroken && !seen.Add(protocol.Value))
                report.Add(Descriptors.DuplicateName, protocol.Node.Span, "The protocol", protocol.Value);
        CheckImages(spec.Get(SpecKeys.Evaluation, Fields.None), report);
    }

    private static void CheckImages(Fields evaluation, Report report)
    {
        if (evaluation.Get(EvaluationKeys.Images) is not Fields images)
            return;
        if (!images.HasErrors && !ImagesKeys.Table.Keys.Any(images.Has))
            report.Add(Descriptors.OutOfRange, evaluation.Locate(EvaluationKeys.Images), "'images'", "a number, or a number for at least one protocol", "empty");
        var protocols = evaluation.Get(EvaluationKeys.Protocols, []);
        // A misspelt protocol is one mistake: it may be the one that is meant.
        if (protocols.Count == 0 || protocols.Any(protocol => protocol.IsBroken))
            return;
        foreach (var key in ImagesKeys.Table.Keys.Where(key => images.Has(key) && protocols.All(protocol => protocol.Value != key.Name)))
            report.Add(Descriptors.UnusedKey, images.Locate(key), key.Name, $"'protocols: [{string.Join(", ", protocols.Select(protocol => protocol.Value))}]'");
    }

    /// <summary>The evaluation settings of a spec without errors.</summary>
    public static EvaluationSpec Evaluation(Fields spec)
    {
        var fields = spec.Get(SpecKeys.Evaluation);
        var threat = fields.Get(EvaluationKeys.Threat);
        var images = fields.Get(EvaluationKeys.Images);
        ProtocolImages[] byProtocol = images is Fields named
            ? [.. ImagesKeys.Table.Keys.Where(named.Has).Select(key => new ProtocolImages(key.Name, (long)named.GetObject(key)!))]
            : [];
        return new(
            threat.Get(ThreatKeys.Norm) == ThreatKeys.Linf ? ThreatNorm.Linf : ThreatNorm.L2,
            threat.Get(ThreatKeys.Epsilon),
            fields.Get(EvaluationKeys.Protocols).Select(item => item.Value).ToEquatableArray(),
            byProtocol.Length > 0 ? byProtocol.Min(one => one.Images) : (long?)images,
            byProtocol.ToEquatableArray(),
            fields.Get(EvaluationKeys.Ladder), fields.Get(EvaluationKeys.Transfer), fields.Get(EvaluationKeys.Masking));
    }
}
