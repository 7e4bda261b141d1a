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
    }

    /// <summary>The evaluation settings of a spec without errors.</summary>
    public static EvaluationSpec Evaluation(Fields spec)
    {
        var fields = spec.Get(SpecKeys.Evaluation);
        var threat = fields.Get(EvaluationKeys.Threat);
        return new(
            threat.Get(ThreatKeys.Norm) == ThreatKeys.Linf ? ThreatNorm.Linf : ThreatNorm.L2,
            threat.Get(ThreatKeys.Epsilon),
            fields.Get(EvaluationKeys.Protocols).Select(item => item.Value).ToEquatableArray(),
            fields.Has(EvaluationKeys.Images) ? fields.Get(EvaluationKeys.Images) : null,
            fields.Get(EvaluationKeys.Ladder), fields.Get(EvaluationKeys.Transfer), fields.Get(EvaluationKeys.Masking));
    }
}
