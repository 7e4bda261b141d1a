using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>training</c> and <c>evaluation</c>.</summary>
internal static class SettingsChecker
{
    public static void Check(Fields spec, Report report)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var protocol in spec.Get(SpecKeys.Evaluation, Fields.None).Get(EvaluationKeys.Protocols, []))
            if (!protocol.IsBroken && !seen.Add(protocol.Value))
                report.Add(Descriptors.DuplicateName, protocol.Node.Span, "The protocol", protocol.Value);
    }

    /// <summary>The training settings of a spec without errors.</summary>
    public static TrainingSpec Training(Fields spec)
    {
        var fields = spec.Get(SpecKeys.Training);
        var adam = fields.Get(TrainingKeys.Optimizer);
        return new(
            fields.Get(TrainingKeys.Dataset), fields.Get(TrainingKeys.Epochs), fields.Get(TrainingKeys.BatchSize),
            adam.Get(OptimizerKeys.LearningRate), Given(adam, OptimizerKeys.Beta1), Given(adam, OptimizerKeys.Beta2), Given(adam, OptimizerKeys.Epsilon),
            fields.Get(TrainingKeys.LabelSmoothing));
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

    // What the spec leaves out stays the runtime's default.
    private static double? Given(Fields fields, Key<double> key) => fields.Has(key) ? fields.Get(key) : null;
}
