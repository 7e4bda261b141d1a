using Empir.Data;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>FashionEmpir after one epoch on the embedded subset: attacks on untrained networks would end at once.</summary>
internal static class TrainedFashion
{
    private static readonly Lazy<(FashionEmpir Ensemble, DatasetSplit Data)> Trained = new(Train);

    public static FashionEmpir Ensemble => Trained.Value.Ensemble;

    /// <summary>The first test images and their labels.</summary>
    public static (Tensor Images, Tensor Labels) Test(int count) => Trained.Value.Data.Test.Range(0, count, CPU);

    /// <summary>The images it was not trained on.</summary>
    public static ImageDataset TestSet => Trained.Value.Data.Test;

    private static (FashionEmpir, DatasetSplit) Train()
    {
        var spec = FashionEmpir.Spec;
        var data = new EmbeddedDataset(typeof(TrainedFashion).Assembly, "fashion_mnist_subset/", spec.Training.Dataset, DatasetCatalogue.FashionClasses)
            .Load(new());
        var ensemble = new FashionEmpir();
        foreach (var (card, member) in ensemble.Card.Members.Zip(ensemble.Members))
            new Trainer(card, spec.Training with { Epochs = 1 }, specHash: "").Train(member, data.Train);
        return (ensemble, data);
    }
}
