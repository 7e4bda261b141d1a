using Empir.Packed;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Packing;

/// <summary>A quantised layer's weights as bit-planes, and its input's quantiser.</summary>
/// <param name="what">What messages call the layer.</param>
internal sealed class WeightPacker(string what)
{
    private const int MostBits = 8;

    /// <summary>The weights the layer computes with.</summary>
    public PackedWeights Weights(QuantizedLayer layer)
    {
        using var quantized = layer.QuantizedWeight();
        var values = Floats(quantized);
        var bits = layer.WeightQuantizer.Bits;
        if (layer.WeightQuantizer == WeightQuantizer.None)
            return new FullWeights(values);
        if (bits > MostBits)
            throw new UserErrorException($"{what} has {bits}-bit weights, and a packed file holds at most {MostBits} bits; give the layer {MostBits} bits or full precision.");
        var highest = (1 << bits) - 1;
        return layer.WeightQuantizer switch
        {
            DoReFaWeights { Bits: 1, Dialect: DoReFaDialect.DoReFa } or BinaryWeights => Signs(values, (int)quantized.shape[0]),
            DoReFaWeights => Packed(values, bits, 2, -highest, 1.0 / highest),
            LsqWeights => Packed(values, bits, 1, -(1 << (bits - 1)), LearnedStep.Size(Learned(layer, "weight_step"))),
            TernaryWeights => Packed(values, bits, 1, -1, values.Max(Math.Abs) is > 0 and var scale ? scale : 1),
            var other => throw new UserErrorException($"{what} quantises its weights by {other.GetType().Name}, which has no packed form; use one of Empir's own quantisers."),
        };
    }

    /// <summary>How the layer quantises its input; null if it does not.</summary>
    public PackedActivations? Activations(QuantizedLayer layer)
    {
        var quantizer = layer.ActivationQuantizer;
        if (quantizer == ActivationQuantizer.None)
            return null;
        if (quantizer.Bits > MostBits)
            throw new UserErrorException($"{what} has {quantizer.Bits}-bit activations, and a packed file holds at most {MostBits} bits; give the layer {MostBits} bits or full precision.");
        return quantizer switch
        {
            DoReFaActivations => new(PackedRule.DoReFa, quantizer.Bits),
            PactActivations => new(PackedRule.Pact, quantizer.Bits, Range("activation_clip", clip => clip)),
            LsqActivations lsq => new(PackedRule.Lsq, quantizer.Bits, Range("activation_step", LearnedStep.Size), lsq.Signed),
            BinaryActivations => new(PackedRule.Sign, 1),
            var other => throw new UserErrorException($"{what} quantises its input by {other.GetType().Name}, which has no packed form; use one of Empir's own quantisers."),
        };

        float Range(string name, Func<double, double> of) => (float)of(Learned(layer, name)) is > 0 and var range
            ? range
            : throw new UserErrorException($"{what} has the {name} {Learned(layer, name)}, which is no range; train the network, or load trained weights.");
    }

    /// <summary>A tensor's values in 32 bits.</summary>
    public static float[] Floats(Tensor tensor)
    {
        using var plain = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        return plain.data<float>().ToArray();
    }

    private static double Learned(QuantizedLayer layer, string name) => layer.get_parameter(name)!.ReadDouble();

    // The value of m is (multiplier·m + offset)·scale.
    private LowBitWeights Packed(float[] values, int bits, int multiplier, int offset, double scale)
    {
        var numbers = new byte[values.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = ((values[i] / scale) - offset) / multiplier;
            numbers[i] = (byte)Math.Round(number);
            if (!(Math.Abs(number - numbers[i]) < 1e-3) || numbers[i] >> bits != 0)
                throw new UserErrorException($"{what} has the weight {values[i]}, which is none of its levels; train the network, or load trained weights.");
        }
        return new(bits, LowBitWeights.ToPlanes(numbers, bits), multiplier, offset, [scale]);
    }

    // ±scale, one for each output or for all.
    private static LowBitWeights Signs(float[] values, int outputs)
    {
        var filter = values.Length / outputs;
        double[] scales = [.. Enumerable.Range(0, outputs).Select(output => (double)Math.Abs(values[output * filter]))];
        byte[] numbers = [.. values.Select(value => (byte)(value > 0 ? 1 : 0))];
        return new(1, LowBitWeights.ToPlanes(numbers, 1), 2, -1, scales.Distinct().Count() == 1 ? [scales[0]] : scales);
    }
}
