using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Advice;

/// <summary>A precision quantises the first layer, and so the image, without saying so.</summary>
internal static class FirstLayerAdvice
{
    public static AdviceRule Rule { get; } = new(Descriptors.FirstLayerQuantized, Check);

    private static IEnumerable<Finding> Check(LocatedSpec spec) =>
        from uses in spec.Quantized
        let layers = uses.Where(architecture => IsImplicit(uses.Key, [.. architecture.Weighted])).Select(architecture => architecture.Weighted.First()).Distinct().ToArray()
        where layers.Length > 0 && !uses.Key.Quantization.Activations.IsNone
        select new Finding(
            spec.Fields.Get(SpecKeys.Precisions).First(item => item.Key!.Text == uses.Key.Name).Key!.Span,
            uses.Key.Name, string.Join(" and ", layers.Select(layer => $"'{layer}'")));

    private static bool IsImplicit(PrecisionDeclaration precision, string[] paths) => paths.Length > 0 && !precision.Exceptions(paths[0], paths).Any();
}
