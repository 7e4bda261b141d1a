using Empir.Generator.Checking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Advice;

/// <summary>A rule: from a spec without errors to what could be better in it.</summary>
internal sealed record AdviceRule(DiagnosticDescriptor Descriptor, Func<LocatedSpec, IEnumerable<Finding>> Check)
{
    /// <summary>Every rule, by id.</summary>
    public static IReadOnlyList<AdviceRule> All { get; } =
    [
        TieAdvice.Rule, UnquantizedBulkAdvice.Rule, FirstLayerAdvice.Rule, RedundantExceptionAdvice.Rule, NoBudgetAdvice.Rule, TwinAdvice.Rule,
    ];
}

/// <summary>Where a rule found something, and the arguments of its message.</summary>
internal sealed record Finding(TextSpan At, params string[] Arguments);
