using System.Reflection;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Specs;
using Microsoft.CodeAnalysis.Emit;
using TorchSharp;
using static TorchSharp.torch;

namespace Empir.Generator.Tests;

/// <summary>The generated code, compiled, loaded and run against the real runtime: what the generator promised is what there is.</summary>
public sealed class RuntimeTests
{
    private static readonly Lazy<IReadOnlyList<EnsembleSpec>> Specs = new(Load);

    public static TheoryData<string> Ensembles => ["SmallEmpir", "EverythingEmpir", "PaperEmpir", "StructureEmpir"];

    [Theory]
    [MemberData(nameof(Ensembles))]
    public void EveryLayerHasTheShapeOfItsCard(string name)
    {
        using var ensemble = Spec(name).Create();
        foreach (var member in ensemble.Members)
        {
            using var scope = NewDisposeScope();
            member.eval();
            var seen = new Dictionary<string, long[]>();
            var named = member.Card.Layers.Where(layer => layer.Parameters > 0).ToArray();
            foreach (var (layer, module) in member.named_modules().Where(module => named.Any(layer => layer.Name == module.name)))
                ((nn.Module<Tensor, Tensor>)module).register_forward_hook((_, _, output) =>
                {
                    seen[layer] = output.shape[1..];
                    return output;
                });

            using var images = Images(member.Card, 2);
            using var logits = member.call(images);

            Assert.Equal([2, member.Card.Classes], logits.shape);
            Assert.Equal(named.Select(layer => layer.Name), seen.Keys);
            foreach (var layer in named)
                Assert.Equal(layer.OutputShape.Select(dimension => (long)dimension), seen[layer.Name]);
        }
    }

    [Theory]
    [MemberData(nameof(Ensembles))]
    public void EveryLayerHasTheParametersOfItsCard(string name)
    {
        using var ensemble = Spec(name).Create();
        foreach (var member in ensemble.Members)
        {
            foreach (var layer in member.Card.Layers.Where(layer => layer.Name.Length > 0))
                Assert.Equal(
                    layer.Parameters,
                    member.named_parameters().Where(parameter => parameter.name.StartsWith(layer.Name + ".", StringComparison.Ordinal)).Sum(parameter => parameter.parameter.numel()));
            Assert.Equal(member.Card.Parameters, member.parameters().Sum(parameter => parameter.numel()));
        }
    }

    [Theory]
    [MemberData(nameof(Ensembles))]
    public void StoredBytesAreThoseOfTheState(string name)
    {
        using var ensemble = Spec(name).Create();
        foreach (var member in ensemble.Members)
        {
            var state = member.state_dict();
            foreach (var layer in member.Card.Layers.Where(layer => layer.Parameters > 0))
            {
                var bits = state
                    .Where(entry => entry.Key.StartsWith(layer.Name + ".", StringComparison.Ordinal) && !entry.Key.EndsWith(".num_batches_tracked", StringComparison.Ordinal))
                    .Sum(entry => entry.Value.numel() * (entry.Key.EndsWith(".weight", StringComparison.Ordinal) && layer.WeightBits > 0 ? layer.WeightBits : 32));
                // The state holds latent weights; a stored layer holds what its low-bit weights are multiplied by as well.
                var quantizer = layer.Quantizers.Split('/')[0];
                var scales = quantizer == "binary" ? layer.OutputShape[0] : quantizer == "ternary" || (layer.WeightBits == 1 && quantizer.StartsWith("dorefa:dorefa", StringComparison.Ordinal)) ? 1 : 0;
                Assert.Equal(((bits + 7) / 8) + (4 * scales), layer.Bytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ensembles))]
    public void MembersPredictAndAreTypedProperties(string name)
    {
        var spec = Spec(name);
        using var ensemble = spec.Create();
        using var images = Images(ensemble.Members[0].Card, 3);
        using var predictions = ensemble.Predict(images);

        Assert.Equal([3], predictions.shape);
        Assert.Equal(spec.Card, ensemble.Card);
        foreach (var (member, card) in ensemble.Members.Zip(spec.Card.Members))
        {
            var property = ensemble.GetType().GetProperty(string.Concat(card.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])))!;
            Assert.Same(member, property.GetValue(ensemble));
            Assert.Equal(card.Network, member.Card);
        }
    }

    [Theory]
    [MemberData(nameof(Ensembles))]
    public void ForwardLeaksNoTensorAndKeepsItsInput(string name)
    {
        using var ensemble = Spec(name).Create();
        using var images = Images(ensemble.Members[0].Card, 2);
        foreach (var training in new[] { true, false })
            foreach (var member in ensemble.Members)
            {
                member.train(training);
                member.call(images).Dispose();
                var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
                member.call(images).Dispose();
                Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
                Assert.False(images.IsInvalid);
            }
    }

    [Fact]
    public void SameSeedSameWeights()
    {
        var type = Spec("SmallEmpir").Create().GetType();
        var network = type.GetNestedType("NetLow")!;
        float[] Weights(long seed)
        {
            using var classifier = (Classifier)Activator.CreateInstance(network, seed)!;
            return [.. classifier.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
        }

        Assert.Equal(Weights(7), Weights(7));
        Assert.NotEqual(Weights(7), Weights(8));
    }

    [Fact]
    public void SamePaddingIsTensorFlows()
    {
        // Kernel 4 at stride 3 on 33 x 31: 11 and 11 outputs, one row before and none after, one column before and two after.
        var layer = Spec("EverythingEmpir").Card.Members[2].Network.Layers[1];
        Assert.Equal([2, 11, 11], layer.OutputShape);
        Assert.Contains("padding=1,2,0,1", layer.Settings, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCardHoldsTheSpecsSettings()
    {
        var spec = Spec("EverythingEmpir");
        Assert.Equal(new Training.AdamSettings(1e-4, 0.8, 0.99, 1e-7), spec.Training.Optimizer);
        Assert.Equal(0.1, spec.Training.LabelSmoothing);
        Assert.Equal(new Attacks.ThreatModel(Attacks.Norm.Linf, 0.5, -1, 1.5f), spec.Evaluation.Threat);
        Assert.Equal((20, 10, 10), (spec.Evaluation.ImagesOf(Evaluation.ProtocolName.WhiteBox), spec.Evaluation.ImagesOf(Evaluation.ProtocolName.Adaptive), spec.Evaluation.ImagesOf(Evaluation.ProtocolName.Paper)));
        Assert.Null(Spec("StructureEmpir").Evaluation.Images);
        using var ensemble = (Ensemble<Weighted>)spec.Create();
        Assert.Equal([0.25, 1.25, 0.5], ensemble.Fusion.Weights);
        Assert.Equal(["EverythingEmpir", "PaperEmpir", "SmallEmpir", "StructureEmpir"], Specs.Value.Select(each => each.Name));
    }

    [Fact]
    public void AnErrorInTheForwardPassNamesTheLineInTheSpec()
    {
        using var ensemble = Spec("SmallEmpir").Create();
        using var wrong = zeros(1, 2, 8, 8);
        var exception = Assert.ThrowsAny<Exception>(() => ensemble.Members[1].call(wrong));
        Assert.Contains("a.empir.yaml:line 12", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorInALaterStepOfALayerOrInARepeatNamesItsOwnLine()
    {
        // Circular padding is a step before the convolution; the repeat stands in a loop, and its block's layers in the block.
        Assert.Contains("d.empir.yaml:line 67", Trace("PoolsLearned", [1, 5, 16, 16]), StringComparison.Ordinal);
        var deep = Trace("DeepFull", [1, 3, 16, 16], network =>
        {
            var unit = network.named_modules().First(module => module.name == "stage1.rest.1.unit.conv").module;
            ((FullConv2d)unit).Weight.Dispose();
        });
        Assert.Contains("d.empir.yaml:line 12", deep, StringComparison.Ordinal);
        Assert.Contains("d.empir.yaml:line 32", deep, StringComparison.Ordinal);
        Assert.Contains("d.empir.yaml:line 39", deep, StringComparison.Ordinal);
    }

    private static string Trace(string network, long[] shape, Action<Classifier>? damage = null)
    {
        using var ensemble = Spec("StructureEmpir").Create();
        var member = ensemble.Members.First(member => member.GetType().Name == network);
        damage?.Invoke(member);
        using var images = zeros(shape);
        return Assert.ThrowsAny<Exception>(() => member.call(images)).ToString();
    }

    private static EnsembleSpec Spec(string name) => Specs.Value.Single(spec => spec.Name == name);

    private static Tensor Images(ClassifierCard card, int count) =>
        rand(count, card.Input.Channels, card.Input.Height, card.Input.Width);

    private static IReadOnlyList<EnsembleSpec> Load() =>
        Compiled(("a.empir.yaml", SpecSources.Small), ("b.empir.yaml", SpecSources.Everything), ("c.empir.yaml", SpecSources.Paper), ("d.empir.yaml", SpecSources.Structure));

    /// <summary>The specs of an assembly generated, compiled and loaded.</summary>
    internal static IReadOnlyList<EnsembleSpec> Compiled(params (string Name, string? Text)[] specs)
    {
        var run = GeneratorRun.Of(new RunOptions(Lines: true), specs);
        CompilationTests.AssertCompiles(run);
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        Assert.True(run.Output.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb)).Success);
        var list = Assembly.Load(image.ToArray(), symbols.ToArray()).GetType("Zoo.EmpirSpecs")!;
        return (IReadOnlyList<EnsembleSpec>)list.GetProperty("All")!.GetValue(null)!;
    }
}
