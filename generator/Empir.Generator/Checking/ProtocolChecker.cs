using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Checking;

/// <summary>What the protocols need of the ensemble and the threat; the runtime refuses the rest too, but only before training.</summary>
internal static class ProtocolChecker
{
    public static void Check(Fields spec, EnsembleSpec ensemble, Report report)
    {
        var evaluation = spec.Get(SpecKeys.Evaluation);
        var threat = evaluation.Get(EvaluationKeys.Threat);
        if (ensemble.Evaluation.Norm != ThreatNorm.Linf)
            report.Add(Descriptors.NormWithoutAttacks, threat.Locate(ThreatKeys.Norm), threat.Get(ThreatKeys.Norm), ThreatKeys.Linf);

        if (evaluation.Get(EvaluationKeys.Protocols).FirstOrDefault(item => item.Value == EvaluationKeys.Paper) is { } paper
            && PaperMisses(spec, ensemble) is var (found, advice))
            report.Add(Descriptors.PaperNeedsFullTieBreak, paper.Node.Span, found, advice);
    }

    private static (string Found, string Advice)? PaperMisses(Fields spec, EnsembleSpec ensemble)
    {
        // One network is attacked on its own logits, as the paper's single models are: there is no vote to speak of.
        if (ensemble.Members.Count == 1)
            return null;
        if (ensemble.Fusion is not MajoritySpec majority)
            return ($"the rule is '{spec.Get(SpecKeys.Fusion).Get(FusionKeys.Rule)}'", "write 'rule: majority' with a 'tie_break'");

        var full = ensemble.Members.Where(member => ensemble.NetworkOf(member).IsFullPrecision).Select(member => member.Name).ToArray();
        var advice = full.Length > 0 ? $"write 'tie_break: {full[full.Length - 1]}'" : "add a member at precision full and let it decide ties";
        if (majority.TieBreakName is not { } name)
            return ("there is no 'tie_break'", advice);
        return full.Contains(name) ? null : ($"'{name}' has quantised layers", advice);
    }
}
