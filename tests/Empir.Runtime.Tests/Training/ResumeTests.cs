using Empir.Modules;
using Empir.Quantization;
using Empir.Tests.Quantization;
using Empir.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

/// <summary>Whatever a network is made of, an interrupted training goes on to the same bits.</summary>
[Collection(GlobalGenerator.Name)]
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string> LearnedOrRandom => new()
    {
        { new LsqWeights(4).ToString(), new LsqActivations(4).ToString() },
        { new TernaryWeights().ToString(), new PactActivations(4).ToString() },
        { new DoReFaWeights(3, Rounding: Rounding.Stochastic).ToString(), new DoReFaActivations(4, Rounding.Stochastic).ToString() },
    };

    // Batch norm has buffers and dropout draws random numbers while it trains: both have to come back.
    [Fact]
    public void Batch_norm_and_dropout_do() => AssertResumes(() => new Regularized());

    [Theory, MemberData(nameof(LearnedOrRandom))]
    public void Blocks_with_learned_ranges_and_stochastic_rounding_do(string weights, string activations) =>
        AssertResumes(() => new Nested(1, Quantizers.Weights[weights], Quantizers.Activations[activations]));

    private void AssertResumes(Func<Classifier> create)
    {
        var images = Synthetic.Images(60, seed: 1);
        var settings = new TrainingSettings("synthetic", 3, 20, new AdamSettings());
        using var whole = create();
        var initial = Checkpoint.WeightsHash(whole);
        Trainer().Train(whole, images);

        var path = folder.File("net.safetensors");
        using (var killed = create())
        {
            using var source = new CancellationTokenSource();
            var stop = new Immediate<TrainingProgress>(step =>
            {
                if (step.Epoch == 2)
                    source.Cancel();
            });
            Assert.Throws<OperationCanceledException>(() => Trainer().Train(killed, images, path, stop, cancellation: source.Token));
        }
        using var resumed = create();
        Trainer().Train(resumed, images, path);
        using var read = create();
        Checkpoint.Read(path, read, Recipe.Of(Card(whole), settings, images.Hash));

        Assert.NotEqual(initial, Checkpoint.WeightsHash(whole));
        Assert.Equal(Checkpoint.WeightsHash(whole), Checkpoint.WeightsHash(resumed));
        Assert.Equal(Checkpoint.WeightsHash(whole), Checkpoint.WeightsHash(read));

        Trainer Trainer() => new(Card(whole), settings, "spec");
    }

    public void Dispose() => folder.Dispose();

    private static MemberCard Card(Classifier net) => new("net", 1, net.Card);

    private sealed class Regularized : Classifier
    {
        private readonly FullConv2d conv;
        private readonly BatchNorm2d norm;
        private readonly Linear logits;

        public Regularized() : base(new("Regularized", "full", "pytorch", new(1, 28, 28, 0, 1), 10, []))
        {
            conv = Register("conv", new FullConv2d(1, 4, (5, 5), (4, 4), (0, 0), 1, bias: true));
            norm = Register("norm", nn.BatchNorm2d(4));
            logits = Register("logits", nn.Linear(4 * 36, 10));
            Initialize(Initializer.PyTorch, 1);
        }

        public override Tensor forward(Tensor input) => conv.call(input)
            .Then(norm.call).Then(Operations.Relu).Then(Operations.Flatten)
            .Then(x => nn.functional.dropout(x, 0.5, training)).Then(logits.call);
    }
}
