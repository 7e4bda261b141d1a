using Empir.Ensembles;
using Empir.Modules;
using Empir.Packed;
using Empir.Packing;
using Empir.Quantization;
using Empir.Tests.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Packing;

/// <summary>What was packed and taken back answers as before, to the bit, whatever its quantisers.</summary>
public sealed class UnpackerTests
{
    public static IEnumerable<object[]> Pairs =>
        // A sign's scale is a mean, which may come back a last bit off; then the member is refused.
        Quantizers.Weights.Where(pair => pair.Value is not (BinaryWeights or DoReFaWeights { Dialect: DoReFaDialect.DoReFa })).Select(pair => pair.Key).Select(weights => new object[] { weights, nameof(DoReFaActivations) })
            .Concat(Quantizers.Activations.Keys.Select(activations => new object[] { nameof(DoReFaWeights), activations }));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void LogitsAreTheSame(string weights, string activations)
    {
        var (w, a) = (Quantizers.Weights.GetValueOrDefault(weights, new DoReFaWeights(2)), Quantizers.Activations.GetValueOrDefault(activations, new DoReFaActivations(4)));
        using var source = Ensemble(w, a, seed: 1);
        using var target = Ensemble(w, a, seed: 2);
        using var images = rand(16, 1, 4, 4);
        var wanted = Logits(source, images);

        Unpacker.Unpack(PackedFile.FromBytes(PackedFile.ToBytes(Packer.Pack(source))), target, 0);

        Assert.Equal(wanted, Logits(target, images));
    }

    [Fact]
    public void AnotherEnsembleOrNetworkIsRefused()
    {
        using var source = Ensemble(new DoReFaWeights(2), new DoReFaActivations(4), seed: 1);
        using var other = Ensemble(new DoReFaWeights(3), new DoReFaActivations(4), seed: 1);
        var model = Packer.Pack(source);

        Assert.Equal("The file is of Else, not of Any.", Refusal(model with { Name = "Else" }, source));
        Assert.StartsWith("The file has no member m0; it has else", Refusal(model with { Members = [model.Members[0] with { Name = "else" }] }, source));
        Assert.Contains("is another network than the spec's", Refusal(model, other));
        Assert.Contains("The file's networks take 1x4x5", Refusal(model with { Input = model.Input with { Width = 5 } }, source));
        Assert.Contains("pixels of another range", Refusal(model with { Input = model.Input with { Minimum = -1 } }, source));
    }

    [Fact]
    public void ALowBitLayerOfAnotherSizeIsRefused()
    {
        using var source = Ensemble(new DoReFaWeights(2), new DoReFaActivations(4), seed: 1);
        var model = Packer.Pack(source);

        Assert.Contains("it is of another network", Refusal(With(low => low with { Planes = low.Planes[..^1] }), source));
        Assert.Contains("it is of another network", Refusal(With(low => low with { Planes = [.. low.Planes, 0, 0] }), source));
        Assert.Contains("it is of another network", Refusal(With(low => low with { Scales = [1, 1] }), source));

        PackedModel With(Func<LowBitWeights, LowBitWeights> change)
        {
            var member = model.Members[0];
            var layer = member.Layers.OfType<PackedWeightedLayer>().First(one => one.Weights is LowBitWeights);
            return model with { Members = [new(member.Name, [.. member.Layers.Select(one => one == layer ? layer with { Weights = change((LowBitWeights)layer.Weights) } : one)])] };
        }
    }

    private static string Refusal(PackedModel model, Ensemble ensemble) =>
        Assert.Throws<UserErrorException>(() => Unpacker.Unpack(model, ensemble, 0)).Message;

    private static AnyEnsemble Ensemble(WeightQuantizer weights, ActivationQuantizer activations, long seed) =>
        new(new Majority(0), new Net(weights, activations, seed));

    internal static float[] Logits(Ensemble ensemble, Tensor images)
    {
        using var _ = no_grad();
        using var frozen = ensemble.Freeze();
        using var logits = ensemble.Logits(images);
        return logits.data<float>().ToArray();
    }

    private sealed class Net : Classifier
    {
        private readonly QuantizedLinear hidden;
        private readonly Linear logits;

        public Net(WeightQuantizer weights, ActivationQuantizer activations, long seed) : base(Describe(weights.Bits, activations.Bits))
        {
            hidden = Register("hidden", new QuantizedLinear(16, 12, true, weights, activations));
            logits = Register("logits", nn.Linear(12, 3));
            Initialize(Initializer.PyTorch, seed);
        }

        public override Tensor forward(Tensor input) => input.flatten(1).Then(hidden.call).Then(Operations.Relu).Then(logits.call);

        private static ClassifierCard Describe(int weights, int activations) => new(
            "Net", "low", "pytorch", new(1, 4, 4, 0, 1), 3,
            [
                new("", "flatten", "", [16], 32, 32, 0, 0, 0), new("hidden", "linear", "", [12], weights, activations, 204, 192, 0),
                new("", "relu", "", [12], 32, 32, 0, 0, 0), new("logits", "linear", "", [3], 32, 32, 39, 36, 0),
            ]);
    }
}
