using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation.Masking;

/// <summary>Ensembles of three small networks that have learnt clothes at half the size, 14x14, in seconds.</summary>
public sealed class TrainedEnsembles : IDisposable
{
    internal static readonly ThreatModel Threat = ThreatModel.Linf(0.1);

    private const int BatchSize = 100;

    private readonly ImageDataset train;

    public TrainedEnsembles()
    {
        var folder = Path.Combine(Repository.Root, "examples", "Zoo", "Data", "fashion_mnist_subset");
        using var data = new IdxDataset("subset", DatasetCatalogue.FashionClasses).Load(new DatasetLocation(folder));
        (train, Test) = (Halved(data.Train, 3000), Halved(data.Test, 200));
        Robust = Trained(4, adversarially: true, new DenseNet(1, 4, 4), new DenseNet(2, 4, 4), new DenseNet(3));
        Rounded = Trained(2, adversarially: false, new RoundedNet(1), new RoundedNet(2), new RoundedNet(3));
        Saturated = Trained(2, adversarially: false, new SaturatedNet(1), new SaturatedNet(2), new SaturatedNet(3));
    }

    internal ImageDataset Test { get; }

    /// <summary>Two w4a4 members and a full-precision one, trained on PGD's images: nothing is masked.</summary>
    internal AnyEnsemble Robust { get; }

    internal AnyEnsemble Rounded { get; }

    internal AnyEnsemble Saturated { get; }

    public void Dispose()
    {
        foreach (var ensemble in new[] { Robust, Rounded, Saturated })
            ensemble.Dispose();
        train.Dispose();
        Test.Dispose();
    }

    private AnyEnsemble Trained(int epochs, bool adversarially, params Classifier[] members)
    {
        foreach (var member in members)
            Train(member, epochs, adversarially);
        return new(new Majority(2), members);
    }

    // Madry et al., arXiv 1706.06083: every batch is what PGD makes of it.
    private void Train(Classifier member, int epochs, bool adversarially)
    {
        var surface = new ClassifierSurface(member, "member");
        var pgd = new Pgd { Steps = 5, StepSize = 0.04, Iterate = Iterate.Last };
        using var adam = optim.Adam(member.parameters(), lr: 0.003);
        member.train();
        for (var epoch = 0; epoch < epochs; epoch++)
            for (var first = 0; first < train.Count; first += BatchSize)
            {
                using var scope = NewDisposeScope();
                var (x, y) = train.Range(first, BatchSize, CPU);
                if (adversarially)
                    x = pgd.Run(surface, Threat, x, y, epoch, [.. Enumerable.Range(first, (int)x.shape[0])]).Adversarial;
                adam.zero_grad();
                nn.functional.cross_entropy(member.call(x), y).backward();
                adam.step();
            }
        member.eval();
    }

    private static ImageDataset Halved(ImageDataset images, int count)
    {
        using var scope = NewDisposeScope();
        var (x, y) = images.Range(0, count, CPU);
        var half = nn.functional.avg_pool2d(x, 2).mul_(255).round_().to(ScalarType.Byte);
        return new("halved", images.Classes, (1, 14, 14), half.bytes, y.to(ScalarType.Byte).bytes);
    }
}
