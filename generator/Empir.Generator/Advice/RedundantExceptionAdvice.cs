using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Advice;

/// <summary>An exception of a precision that sets what holds anyway.</summary>
internal static class RedundantExceptionAdvice
{
    public static AdviceRule Rule { get; } = new(Descriptors.RedundantException, Check);

    private static IEnumerable<Finding> Check(LocatedSpec spec) =>
        from uses in spec.Quantized
        from exception in Redundant(uses.Key, [.. uses.Select(architecture => architecture.Weighted.ToArray())])
        orderby exception.Span.Start
        select new Finding(exception.Span, Name(uses.Key, exception), uses.Key.Name);

    private static IEnumerable<PrecisionOverride> Redundant(PrecisionDeclaration precision, string[][] networks)
    {
        // What decides nowhere is redundant; of the rest, what decides only what the next one would decide alike. A quantised
        // first layer that is named says that it is meant.
        var deciding = new HashSet<PrecisionOverride>(networks.SelectMany(paths => paths.Select(path => precision.Exceptions(path, paths).FirstOrDefault())).OfType<PrecisionOverride>());
        var needed = new HashSet<PrecisionOverride>();
        foreach (var paths in networks)
            foreach (var path in paths)
                if (precision.Exceptions(path, paths).Where(deciding.Contains).Take(2).ToArray() is { Length: > 0 } matching)
                {
                    var (chosen, otherwise) = (matching[0].Quantization, matching.Length > 1 ? matching[1].Quantization : precision.Quantization);
                    if (chosen != otherwise || (path == paths[0] && !chosen.IsFull))
                        needed.Add(matching[0]);
                }
        return new[] { precision.First, precision.Last }.Concat(precision.Overrides).OfType<PrecisionOverride>().Where(exception => !needed.Contains(exception));
    }

    private static string Name(PrecisionDeclaration precision, PrecisionOverride exception) =>
        exception == precision.First ? PrecisionKeys.First.Name : exception == precision.Last ? PrecisionKeys.Last.Name : exception.Pattern;
}
