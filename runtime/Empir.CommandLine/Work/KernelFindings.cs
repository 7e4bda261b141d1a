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
        var model = pack is { } one ? PackFile.Read(one.File, tool, one.Spec) : SampleLayers();
        try
        {
            using var ensemble = PackFile.Open(model, threads: 1);
            if (new PackedOptions().Kernel is { } kernel)
                findings.lines.Add(("asked for", $"EMPIR_KERNEL={kernel}"));
            // A kind of layer stands for itself, not for the members it takes to ask for it.
            findings.Layers = pack is null
                ? [.. ensemble.Layers.Select(layer => layer with { Member = "" }).Distinct().OrderBy(layer => layer.Layer == FullLinear)]
                : ensemble.Layers;
        }
        catch (UserErrorException error)
        {
            findings.lines.Add(("kernel failure", error.Message));
            findings.Works = false;
        }
        return findings;
    }

    // A 3x3 convolution of 64 channels at the usual bits, each a member of its own.
    private static PackedModel SampleLayers()
    {
        const int channels = 64, side = 8, classes = 2, weights = channels * channels * 9;
        return new(
            "Sample", new(channels, side, side, 0, 1), classes, new PackedMaxConfidence(),
            [.. new[] { (1, 1), (2, 4), (4, 4), (8, 8), (32, 32) }.Select(bits => Member(bits.Item1, bits.Item2))], new Dictionary<string, string>());

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
