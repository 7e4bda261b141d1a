using Empir.Packed;
using Empir.Specs;

namespace Empir.CommandLine.Work;

/// <summary>Which packed kernels this processor has, and which of them run a layer.</summary>
internal sealed class KernelFindings
{
    private const string FullLinear = "32-bit linear";

    private readonly List<(string Subject, string Facts)> lines = [];

    private KernelFindings() { }

    /// <summary>A subject and its facts to a line, without the layers.</summary>
    public IReadOnlyList<(string Subject, string Facts)> Lines => lines;

    /// <summary>The kernel of every layer with weights.</summary>
    public IReadOnlyList<PackedLayerKernel> Layers { get; private set; } = [];

    /// <summary>Whether packed ensembles can run as asked for.</summary>
    public bool Works { get; private set; } = true;

    /// <param name="tool">The tool.</param>
    /// <param name="pack">An ensemble and its pack, or null for layers of the usual kinds.</param>
    /// <exception cref="UserErrorException">The pack is not there or damaged.</exception>
    public static KernelFindings Of(Tool tool, (EnsembleSpec Spec, string File)? pack)
    {
        var findings = new KernelFindings();
        findings.lines.Add(("packed kernels", string.Join(", ", PackedKernels.Supported)));
        var kernel = new PackedOptions().Kernel;
        if (kernel is not null)
            findings.lines.Add(("asked for", $"EMPIR_KERNEL={kernel}"));
        var model = pack is { } one ? PackFile.Read(one.File, tool, one.Spec) : null;
        try
        {
            findings.Layers = model is null ? OfSamples(kernel) : OfModel(model);
        }
        catch (UserErrorException error)
        {
            findings.lines.Add(("kernel failure", error.Message));
            findings.Works = false;
        }
        return findings;
    }

    private static IReadOnlyList<PackedLayerKernel> OfModel(PackedModel model)
    {
        using var ensemble = PackFile.Open(model, threads: 1);
        return ensemble.Layers;
    }

    // A kernel need not run every kind of layer: one it cannot run says so. It fails where it runs none of them.
    private static IReadOnlyList<PackedLayerKernel> OfSamples(string? kernel)
    {
        var layers = new List<PackedLayerKernel>();
        UserErrorException? failure = null;
        var runs = false;
        foreach (var sample in Samples())
            try
            {
                // A kind of layer stands for itself, not for the member it takes to ask for it.
                var own = OfModel(sample).Select(layer => layer with { Member = "" }).ToArray();
                runs |= kernel is null || own.Any(layer => layer.Kernel.Contains(kernel, StringComparison.OrdinalIgnoreCase));
                layers.AddRange(own);
            }
            catch (UserErrorException error)
            {
                failure ??= error;
                layers.Add(new("", sample.Name, error.Message));
            }
        return runs || failure is null ? [.. layers.Distinct().OrderBy(layer => layer.Layer == FullLinear)] : throw failure;
    }

    // A 3x3 convolution of 64 channels at the usual bits, each an ensemble of its own.
    private static IEnumerable<PackedModel> Samples()
    {
        const int channels = 64, side = 8, classes = 2, weights = channels * channels * 9;
        return new[] { (1, 1), (2, 4), (4, 4), (8, 8), (32, 32) }.Select(bits => Member(bits.Item1, bits.Item2))
            .Select(member => new PackedModel(
                member.Name, new(channels, side, side, 0, 1), classes, new PackedMaxConfidence(), [member], new Dictionary<string, string>()));

        static PackedMember Member(int weightBits, int activationBits)
        {
            var isFull = weightBits == 32;
            var highest = isFull ? 0 : (1 << weightBits) - 1;
            PackedWeights kernel = isFull
                ? new FullWeights(new float[weights])
                : new LowBitWeights(weightBits, LowBitWeights.ToPlanes(new byte[weights], weightBits), 2, -highest, [1.0 / highest]);
            var name = isFull ? "32-bit convolution" : $"w{weightBits} a{activationBits} convolution";
            return new(name,
            [
                new PackedConv2d(name, [-1], new(channels, side, side), new(3, 3, 1, 1, 1, 1, 1, 1), 1, kernel,
                    isFull ? null : new(PackedRule.DoReFa, activationBits), null),
                new PackedMaxPool2d("", [0], new(channels, 1, 1), new(side, side, side, side, 0, 0, 0, 0)),
                new PackedLinear(FullLinear, [1], new(classes, 1, 1), new FullWeights(new float[channels * classes]), null, null),
            ]);
        }
    }
}
