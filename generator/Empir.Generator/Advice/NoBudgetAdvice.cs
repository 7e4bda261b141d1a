using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Advice;

/// <summary>Nothing says what the ensemble may cost.</summary>
internal static class NoBudgetAdvice
{
    public static AdviceRule Rule { get; } = new(Descriptors.NoBudget, Check);

    private static IEnumerable<Finding> Check(LocatedSpec spec)
    {
        if (spec.Ensemble.Budget is null && spec.Members.Count > 1)
            yield return new(spec.Fields.Locate(SpecKeys.Ensemble), spec.Ensemble.Name);
    }
}
