using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using static System.FormattableString;

namespace Empir.Generator.Advice;

/// <summary>A layer that an exception leaves unquantised holds more than half of what its member stores.</summary>
internal static class UnquantizedBulkAdvice
{
    public static AdviceRule Rule { get; } = new(Descriptors.UnquantizedBulk, Check);

    private static IEnumerable<Finding> Check(LocatedSpec spec)
    {
        foreach (var uses in spec.Quantized.Where(uses => !uses.Key.Quantization.Weights.IsNone))
            foreach (var architecture in uses)
            {
                var members = spec.Members.Where(member => member.Precision == uses.Key && member.Architecture == architecture).ToArray();
                var network = spec.Ensemble.Networks.First(network => network.ClassName == members[0].ClassName);
                var bytes = network.Bytes;
                var paths = architecture.Weighted.ToArray();
                foreach (var (path, layer) in network.Rows)
                    if (layer is WeightedLayerSpec { Bits.Weights: 32 } && 2 * layer.Bytes > bytes)
                        yield return new(
                            uses.Key.Exceptions(path, paths).First().Span, path, Invariant($"{(double)layer.Bytes / bytes:0%}"),
                            string.Join(" and ", members.Select(member => $"'{member.Name}'")));
            }
    }
}
