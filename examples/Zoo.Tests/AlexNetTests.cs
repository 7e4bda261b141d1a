using Empir.Attacks;
using Empir.Data;
using Empir.Surfaces;
using Empir.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Zoo.Tests;

/// <summary>The paper's largest network at its full size: what can be run of it without ImageNet.</summary>
public sealed class AlexNetTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("empir-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [SharedData("imagenet-sample")]
    public void ALowMemberIsTrainedAndAttackedOnTwoPhotographs()
    {
        using var data = TwoPhotographs();
        using var member = new AlexNetEmpir.AlexNetW2a2(1);
        using var scope = NewDisposeScope();
        var losses = new Losses();
        var before = Watched(member);

        new Trainer(AlexNetEmpir.Spec.Card.Members[0], AlexNetEmpir.Spec.Training with { Epochs = 1, BatchSize = 2 }, "spec")
            .Train(member, data.Train, progress: losses);

        Assert.True(double.IsFinite(Assert.Single(losses.Told)));
        Assert.All(before.Zip(Watched(member)), pair => Assert.True(pair.First.Value.ne(pair.Second.Value).any().ToBoolean(), $"{pair.First.Name} did not change."));

        var (images, labels) = data.Test.Range(0, 2, CPU);
        var threat = AlexNetEmpir.Spec.Evaluation.Threat;
        using var result = new Fgsm { Iterate = Iterate.Last }.Run(new ClassifierSurface(member, "low_a"), threat, images, labels);

        Assert.InRange(result.Adversarial.min().ToSingle(), 0, 1);
        Assert.InRange(result.Adversarial.max().ToSingle(), 0, 1);
        Assert.Equal(threat.Epsilon, (result.Adversarial - images).abs().max().ToSingle(), 1e-6);
    }

    private static (string Name, Tensor Value)[] Watched(AlexNetEmpir.AlexNetW2a2 member) =>
    [
        ("the convolution's weights", member.Conv2.Conv.Weight.detach().clone()),
        ("batch norm's weights", member.Conv2.Bn.weight!.detach().clone()),
        ("batch norm's mean", member.Conv2.Bn.running_mean!.clone()),
        ("the bias per position", member.Conv1Bias.Bias.detach().clone()),
    ];

    private DatasetSplit TwoPhotographs()
    {
        foreach (var part in new[] { "train", "val" })
        {
            var classes = Directory.CreateDirectory(Path.Combine(folder.FullName, part)).FullName;
            foreach (var source in Directory.GetDirectories(Path.Combine(SharedDataAttribute.Folder, "imagenet-sample")).Order(StringComparer.Ordinal).Take(2))
                Directory.CreateSymbolicLink(Path.Combine(classes, Path.GetFileName(source)), source);
        }
        return DatasetCatalogue.Default.Load("imagenet", new DatasetLocation(folder.FullName));
    }

    /// <summary>The losses a run tells.</summary>
    private sealed class Losses : IProgress<TrainingProgress>
    {
        public List<double> Told { get; } = [];

        public void Report(TrainingProgress value) => Told.Add(value.Loss);
    }
}
