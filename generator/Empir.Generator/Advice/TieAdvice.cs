using Empir.Generator.Checking;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using static System.FormattableString;

namespace Empir.Generator.Advice;

/// <summary>An even number of members that vote tie often, and nobody was named to decide.</summary>
internal static class TieAdvice
{
    public static AdviceRule Rule { get; } = new(Descriptors.TiesLikely, Check);

    private static IEnumerable<Finding> Check(LocatedSpec spec)
    {
        if (spec.Ensemble.Fusion is MajoritySpec { TieBreak: null } && spec.Members.Count % 2 == 0)
            yield return new(spec.Fields.Get(SpecKeys.Fusion).Locate(FusionKeys.Rule), Invariant($"{spec.Members.Count}"));
    }
}
