using Empir.Quantization;

namespace Empir.Tests.Quantization;

/// <summary>Every quantiser there is, for the tests of what all of them promise.</summary>
internal static class Quantizers
{
    public static IReadOnlyDictionary<string, WeightQuantizer> Weights { get; } = new WeightQuantizer[]
    {
        WeightQuantizer.None, new DoReFaWeights(1), new DoReFaWeights(3), new DoReFaWeights(1, DoReFaDialect.DoReFa),
        new DoReFaWeights(3, Rounding: Rounding.Stochastic), new LsqWeights(2), new LsqWeights(4), new TernaryWeights(), new BinaryWeights(),
    }.ToDictionary(quantizer => quantizer.ToString());

    public static IReadOnlyDictionary<string, ActivationQuantizer> Activations { get; } = new ActivationQuantizer[]
    {
        ActivationQuantizer.None, new DoReFaActivations(1), new DoReFaActivations(4), new DoReFaActivations(4, Rounding.Stochastic),
        new PactActivations(4), new LsqActivations(1), new LsqActivations(4), new LsqActivations(3, Signed: true), new BinaryActivations(),
    }.ToDictionary(quantizer => quantizer.ToString());
}
