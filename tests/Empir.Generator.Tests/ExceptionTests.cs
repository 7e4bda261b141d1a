namespace Empir.Generator.Tests;

/// <summary>What an exception from a precision leaves unsaid is the precision's, side by side.</summary>
public class ExceptionTests
{
    [Theory]
    [InlineData("quantizer: dorefa, weights: 2, activations: 4", "{ weights: 8 }", "DoReFaWeights(8)", "DoReFaActivations(4)")]
    [InlineData("quantizer: dorefa, weights: { quantizer: lsq, bits: 2 }, activations: 4", "{ weights: 8 }", "LsqWeights(8)", "DoReFaActivations(4)")]
    [InlineData("quantizer: dorefa, weights: 2, activations: { quantizer: lsq, bits: 2, signed: true }", "{ activations: 8 }", "DoReFaWeights(2)", "LsqActivations(8, Signed: true)")]
    [InlineData("weights: { quantizer: dorefa, bits: 2, rounding: stochastic }, activations: 32", "{ weights: 4 }", "DoReFaWeights(4, Rounding: global::Empir.Quantization.Rounding.Stochastic)", "ActivationQuantizer.None")]
    [InlineData("weights: { quantizer: lsq, bits: 2 }, activations: 32", "{ weights: { quantizer: dorefa, bits: 4 } }", "DoReFaWeights(4)", "ActivationQuantizer.None")]
    [InlineData("quantizer: dorefa, weights: 2, activations: 32", "{ activations: 8 }", "DoReFaWeights(2)", "DoReFaActivations(8)")]
    public void BitsAloneKeepTheQuantizer(string precision, string exception, string weights, string activations)
    {
        var spec = SpecSources.Small.Replace(
            "  low:\n    quantizer: dorefa\n    weights: 2\n    activations: 4\n    layers: { logits: full }",
            $"  low: {{ {precision}, layers: {{ logits: full, conv1: {exception} }} }}", StringComparison.Ordinal);
        var run = GeneratorRun.Of(("a.empir.yaml", spec));

        Assert.Empty(run.Messages);
        var line = run.Source("Zoo.SmallEmpir.Networks.g.cs").Split('\n').First(line => line.Contains("weights: new", StringComparison.Ordinal));
        Assert.Contains(weights, line, StringComparison.Ordinal);
        Assert.Contains(activations, line, StringComparison.Ordinal);
    }
}
