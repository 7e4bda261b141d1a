using Empir.Ensembles;
using Empir.Modules;
using Empir.Packed;
using Empir.Packing;
using Empir.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Packing;

/// <summary>Layers whose packed form is computed otherwise than TorchSharp's answer as it does.</summary>
public sealed class PackerTests
{
    [Theory]
    [InlineData("reflect", PaddingModes.Reflect, false)]
    [InlineData("replicate", PaddingModes.Replicate, false)]
    [InlineData("circular", PaddingModes.Circular, false)]
    [InlineData("zeros", PaddingModes.Constant, false)]
    [InlineData("reflect", PaddingModes.Reflect, true)]
    [InlineData("replicate", PaddingModes.Replicate, true)]
    [InlineData("circular", PaddingModes.Circular, true)]
    public void PaddingAndPositionsAreTorchs(string mode, PaddingModes padding, bool isBinary)
    {
        using var source = new AnyEnsemble(new Majority(0), new Padded(mode, padding, seed: 1, isBinary));
        using var target = new AnyEnsemble(new Majority(0), new Padded(mode, padding, seed: 2, isBinary));
        using var images = rand([20, 2, 5, 6], generator: new Generator(1));
        using (no_grad())
            ((Padded)source.Members[0]).Position.Bias.copy_(rand([4, 7, 8], generator: new Generator(2)) - 0.5f);
        var wanted = UnpackerTests.Logits(source, images);

        var model = PackedFile.FromBytes(PackedFile.ToBytes(Packer.Pack(source)));
        using var packed = new PackedEnsemble(model, new() { Threads = 1 });
        var logits = new float[wanted.Length];
        packed.Logits(images.data<float>().ToArray(), logits);
        Assert.All(wanted.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

        Unpacker.Unpack(model, target, 0);
        Assert.Equal(wanted, UnpackerTests.Logits(target, images));
    }

    // TorchSharp adds uneven zeros before the sign, which makes them +1.
    [Fact]
    public void UnevenZerosBeforeASignAreRefused()
    {
        using var zeros = new AnyEnsemble(new Majority(0), new Padded("zeros", PaddingModes.Constant, seed: 1, isBinary: true));

        Assert.Contains("padding that differs from side to side before binary activations has no packed form", Assert.Throws<UserErrorException>(() => Packer.Pack(zeros)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotAskedForIsRefusedByName()
    {
        using var ensemble = new AnyEnsemble(new Majority(0), new Padded("reflect", PaddingModes.Reflect, seed: 1));
        using var unknown = new AnyEnsemble(new Majority(0), new Padded("mirror", PaddingModes.Reflect, seed: 1));
        Assert.Contains("padding by mirror has no packed form", Assert.Throws<UserErrorException>(() => Packer.Pack(unknown)).Message, StringComparison.Ordinal);

        var model = Packer.Pack(ensemble);
        PackedLayer[] layers = [.. model.Members[0].Layers.Select(layer => layer is PackedPositionBias ? layer with { Name = "conv1" } : layer)];
        var other = model with { Members = [model.Members[0] with { Layers = layers }] };
        Assert.Contains("is another network than the spec's", Assert.Throws<UserErrorException>(() => Unpacker.Unpack(other, ensemble, 0)).Message, StringComparison.Ordinal);
    }

    /// <summary>A padded image, a bias at every position, and a low-bit convolution, of levels or of signs, that pads; as the generator writes it.</summary>
    private sealed class Padded : Classifier
    {
        private readonly PaddingModes mode;
        private readonly bool isBinary;
        private readonly FullConv2d conv1;
        private readonly QuantizedConv2d conv2;
        private readonly Linear logits;

        public Padded(string name, PaddingModes mode, long seed, bool isBinary = false) : base(Describe(name, isBinary))
        {
            (this.mode, this.isBinary) = (mode, isBinary);
            conv1 = Register("conv1", new FullConv2d(2, 4, (2, 2), (1, 1), (0, 0), 1, bias: false));
            Position = Register("position", new PositionBias(4, 7, 8));
            conv2 = Register("conv2", new QuantizedConv2d(4, 3, (3, 3), (1, 1), (0, 0), 1, false, new DoReFaWeights(2), isBinary ? new BinaryActivations() : new DoReFaActivations(4)));
            logits = Register("logits", nn.Linear(3 * 8 * 9, 3));
            Initialize(Initializer.PyTorch, seed);
        }

        public PositionBias Position { get; }

        public override Tensor forward(Tensor input) => Operations.Pad(input, 1, 2, 2, 1, mode)
            .Then(conv1.call).Then(Position.call).Then(x => isBinary ? x.alias() : Operations.Relu(x))
            .Then(x => Operations.Pad(x, 1, 2, 2, 1, mode)).Then(conv2.call).Then(Operations.Flatten).Then(logits.call);

        private static ClassifierCard Describe(string mode, bool isBinary) => new(
            "Padded", "low", "pytorch", new(2, 5, 6, 0, 1), 3,
            [
                new("", "pad", $"padding=1,2,2,1 mode={mode}", [2, 8, 9], 32, 32, 0, 0, 0),
                new("conv1", "conv2d", "kernel_size=2x2 stride=1x1 padding=0,0,0,0 groups=1 bias=false", [4, 7, 8], 32, 32, 32, 0, 0),
                new("position", "position_bias", "shape=4x7x8", [4, 7, 8], 32, 32, 224, 0, 0),
                // What is never negative has one sign.
                .. isBinary ? Array.Empty<LayerCard>() : [new("", "relu", "", [4, 7, 8], 32, 32, 0, 0, 0)],
                new("conv2", "conv2d", $"kernel_size=3x3 stride=1x1 padding=1,2,2,1{(mode == "zeros" ? "" : $" padding_mode={mode}")} groups=1 bias=false", [3, 8, 9], 2, isBinary ? 1 : 4, 108, 0, 0),
                new("", "flatten", "", [216], 32, 32, 0, 0, 0), new("logits", "linear", "", [3], 32, 32, 651, 0, 0),
            ]);
    }
}
