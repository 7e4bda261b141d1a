using Empir.Ensembles;
using Empir.Modules;
using Empir.Packed;
using Empir.Packing;
using Empir.Quantization;
using Empir.Tests.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Packing;

/// <summary>A packed network answers as TorchSharp's does, whatever quantises its weights and levels and whatever lies between its layers.</summary>
public sealed class PackedQuantizersTests
{
    private const int Images = 12;

    private static readonly (string Type, string Settings, Func<Tensor, Tensor> Apply)[] Activations =
    [
        ("relu", "", Operations.Relu), ("relu6", "", Operations.Relu6), ("leaky_relu", "negative_slope=0.25", x => Operations.LeakyRelu(x, 0.25)),
        ("hardtanh", "min_val=-0.75 max_val=0.5", x => Operations.Hardtanh(x, -0.75, 0.5)),
        ("shift", "by=0.3", x => Operations.Shift(x, 0.3)),
    ];

    private static readonly string[] Joins = ["", "add", "concat"];

    public static IEnumerable<object[]> Pairs => EveryPair.Concat(WithNegativeLevels).DistinctBy(string.Concat);

    // Every quantiser of weights with every one of levels, and each of both with every activation and every join.
    private static IEnumerable<object[]> EveryPair =>
        from weights in Quantizers.Weights.Keys.Index()
        from activations in Quantizers.Activations.Keys.Index()
        let place = weights.Index + activations.Index
        select new object[] { weights.Item, activations.Item, Activations[place % Activations.Length].Type, Joins[place % Joins.Length] };

    // Where channels fall as well as rise, with everything.
    private static IEnumerable<object[]> WithNegativeLevels =>
        from activation in Activations
        from joined in Joins
        select new object[] { new DoReFaWeights(3).ToString(), new LsqActivations(3, Signed: true).ToString(), activation.Type, joined };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void LogitsAreTorchs(string weights, string activations, string activation, string join)
    {
        // A learned step may end below zero.
        foreach (var sign in Quantizers.Weights[weights] is LsqWeights || Quantizers.Activations[activations] is LsqActivations ? [1f, -1f] : new[] { 1f })
            Compare(Quantizers.Weights[weights], Quantizers.Activations[activations], Activations.Single(one => one.Type == activation), join, sign);
    }

    private static void Compare(
        WeightQuantizer weights, ActivationQuantizer activations, (string Type, string Settings, Func<Tensor, Tensor> Apply) activation, string join, float sign)
    {
        using var ensemble = new AnyEnsemble(new Majority(0), new Net(weights, activations, activation, join));
        using var images = rand([Images, 2, 8, 9], generator: new Generator(3));
        // The first pass sets learned ranges.
        UnpackerTests.Logits(ensemble, images);
        using (no_grad())
            foreach (var (_, step) in ensemble.Members[0].named_parameters().Where(parameter => parameter.name.EndsWith("_step", StringComparison.Ordinal)))
                step.mul_(sign);
        var wanted = UnpackerTests.Logits(ensemble, images);
        var model = PackedFile.FromBytes(PackedFile.ToBytes(Packer.Pack(ensemble)));
        foreach (var kernel in new[] { null, "scalar" })
        {
            using var packed = new PackedEnsemble(model, new() { Threads = 1, Kernel = kernel });
            var logits = new float[wanted.Length];
            packed.Logits(images.data<float>().ToArray(), logits);

            // A sum in another order may turn a value that lies on a level's edge: in one image of all, and by little.
            var off = wanted.Zip(logits, (one, other) => Math.Abs(one - other) > 2e-4 * (1 + Math.Abs(one))).Chunk(3).Count(image => image.Contains(true));
            Assert.True(off <= 1, $"{kernel} {activation.Type} {join} {sign}: {off} images; {string.Join(' ', wanted.Take(6))} but {string.Join(' ', logits.Take(6))}");
        }
    }

    /// <summary>As the generator writes it.</summary>
    private sealed class Net : Classifier
    {
        private readonly FullConv2d stem, mixed;
        private readonly QuantizedConv2d conv1, conv2;
        private readonly QuantizedLinear hidden;
        private readonly Linear logits;
        private readonly Func<Tensor, Tensor> activation;
        private readonly string join;

        public Net(
            WeightQuantizer weights, ActivationQuantizer activations, (string Type, string Settings, Func<Tensor, Tensor> Apply) activation, string join)
            : base(Describe(weights.Bits, activations.Bits, activation.Type, activation.Settings, join))
        {
            (this.activation, this.join) = (activation.Apply, join);
            stem = Register("stem", new FullConv2d(2, 6, (3, 3), (1, 1), (1, 1), 2, bias: true));
            conv1 = Register("conv1", new QuantizedConv2d(6, 6, (3, 3), (1, 1), (1, 1), 3, true, weights, activations));
            mixed = Register("mixed", new FullConv2d(join == "concat" ? 12 : 6, 8, (1, 1), (1, 1), (0, 0), 2, bias: false));
            // Means of two sums of equal steps often lie on a level's edge, and sums of signs at zero; a bias or learned steps keep them off it.
            var learned = weights is LsqWeights && activations is not BinaryActivations;
            conv2 = Register("conv2", new QuantizedConv2d(8, 5, (3, 2), (2, 1), (1, 1), 1, !learned, weights, activations));
            hidden = Register("hidden", new QuantizedLinear(20, 11, true, weights, activations));
            logits = Register("logits", nn.Linear(11, 3));
            Initialize(Initializer.PyTorch, 5);
        }

        public override Tensor forward(Tensor input)
        {
            using var first = stem.call(input);
            return first.alias().Then(activation).Then(conv1.call)
                .Then(x => join switch { "add" => Operations.AddTo(x, first), "concat" => Operations.ConcatTo(x, first), _ => x.alias() })
                .Then(activation).Then(x => Operations.MaxPool2d(x, (2, 2), (2, 2), (0, 0)))
                .Then(mixed.call).Then(conv2.call).Then(activation).Then(x => Operations.AvgPool2d(x, (1, 2), (1, 2), (0, 0)))
                .Then(Operations.Flatten).Then(hidden.call).Then(activation).Then(logits.call);
        }

        private static ClassifierCard Describe(int weights, int activations, string type, string settings, string join)
        {
            var joined = join == "concat" ? 12 : 6;
            return new(
                "Net", "low", "pytorch", new(2, 8, 9, 0, 1), 3,
                [
                    new("stem", "conv2d", "kernel_size=3x3 stride=1x1 padding=1,1,1,1 groups=2", [6, 8, 9], 32, 32, 0, 0, 0), Between(6, 8, 9),
                    new("conv1", "conv2d", "kernel_size=3x3 stride=1x1 padding=1,1,1,1 groups=3", [6, 8, 9], weights, activations, 0, 0, 0),
                    .. join.Length == 0 ? Array.Empty<LayerCard>() : [new("", join, "from=stem rows=3", [joined, 8, 9], 32, 32, 0, 0, 0)],
                    Between(joined, 8, 9),
                    new("", "max_pool2d", "kernel_size=2x2 stride=2x2 padding=0,0,0,0", [joined, 4, 4], 32, 32, 0, 0, 0),
                    new("mixed", "conv2d", "kernel_size=1x1 stride=1x1 padding=0,0,0,0 groups=2", [8, 4, 4], 32, 32, 0, 0, 0),
                    new("conv2", "conv2d", "kernel_size=3x2 stride=2x1 padding=1,1,1,1 groups=1", [5, 2, 5], weights, activations, 0, 0, 0), Between(5, 2, 5),
                    new("", "avg_pool2d", "kernel_size=1x2 stride=1x2 padding=0,0,0,0", [5, 2, 2], 32, 32, 0, 0, 0),
                    new("", "flatten", "", [20], 32, 32, 0, 0, 0),
                    new("hidden", "linear", "", [11], weights, activations, 0, 0, 0), Between(11), new("logits", "linear", "", [3], 32, 32, 0, 0, 0),
                ]);

            LayerCard Between(params int[] shape) => new("", type, settings, [.. shape], 32, 32, 0, 0, 0);
        }
    }
}
