using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Advice;

/// <summary>Two members that are one: the same network from the same weights.</summary>
internal static class TwinAdvice
{
    public static AdviceRule Rule { get; } = new(Descriptors.Twins, Check);

    private static IEnumerable<Finding> Check(LocatedSpec spec) =>
        spec.Members.GroupBy(member => (member.Architecture, member.Precision, member.Seed, member.InitFrom))
            .SelectMany(alike => alike.Skip(1).Select(twin => new Finding(twin.NameSpan, alike.First().Name, twin.Name)));
}
