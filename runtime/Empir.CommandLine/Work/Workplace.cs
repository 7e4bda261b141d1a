using Empir.Data;
using Empir.Ensembles;
using Empir.Specs;

namespace Empir.CommandLine.Work;

/// <summary>One ensemble, the folder its results go to, the data it learns from and the device it runs on.</summary>
internal sealed record Workplace(Tool Tool, EnsembleSpec Spec, string Output, string? Data, Compute Compute)
{
    /// <summary>Where a trained member is.</summary>
    public string Checkpoint(string member) => Path.Combine(Output, $"{member}.safetensors");

    /// <summary>Where the evaluation goes.</summary>
    public string Report => Path.Combine(Output, "evaluation.json");

    public ImageDataset TrainingImages() => Images(train: true);

    public ImageDataset TestImages() => Images(train: false);

    /// <summary>Builds the ensemble with its initial weights, on the device.</summary>
    public Ensemble Build()
    {
        var device = Compute.Start();
        return Spec.Create().To(device);
    }

    private ImageDataset Images(bool train) => DatasetCatalogue.Find(Tool, Spec.Training.Dataset).Load(train, Data);
}
