using Empir.Modules;
using Empir.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

/// <summary>Batch norm has buffers and dropout draws random numbers while it trains: both have to come back.</summary>
[Collection(GlobalGenerator.Name)]
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Batch_norm_and_dropout_go_on_to_the_same_bits()
    {
        var images = Synthetic.Images(60, seed: 1);
        var settings = new TrainingSettings("synthetic", 3, 20, new AdamSettings());
        using var whole = new Regularized();
        new Trainer(Card(whole), settings, "spec").Train(whole, images);

        var path = folder.File("net.safetensors");
        using (var killed = new Regularized())
        {
            using var source = new CancellationTokenSource();
            var stop = new Immediate<TrainingProgress>(step =>
            {
                if (step.Epoch == 2)
                    source.Cancel();
            });
            Assert.Throws<OperationCanceledException>(() =>
                new Trainer(Card(killed), settings, "spec").Train(killed, images, path, stop, cancellation: source.Token));
        }
        using var resumed = new Regularized();
        new Trainer(Card(resumed), settings, "spec").Train(resumed, images, path);

        Assert.Equal(Checkpoint.WeightsHash(whole), Checkpoint.WeightsHash(resumed));
    }

    public void Dispose() => folder.Dispose();

    private static MemberCard Card(Classifier net) => new("net", 1, net.Card);

    private sealed class Regularized : Classifier
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d norm;
        private readonly Linear logits;

        public Regularized() : base(new("Regularized", "full", "pytorch", new(1, 28, 28, 0, 1), 10, []))
        {
            conv = Register("conv", nn.Conv2d(1, 4, (5, 5), stride: (4, 4)));
            norm = Register("norm", nn.BatchNorm2d(4));
            logits = Register("logits", nn.Linear(4 * 36, 10));
            Initialize(Initializer.PyTorch, 1);
        }

        public override Tensor forward(Tensor input) => conv.call(input)
            .Then(norm.call).Then(Operations.Relu).Then(Operations.Flatten)
            .Then(x => nn.functional.dropout(x, 0.5, training)).Then(logits.call);
    }
}
