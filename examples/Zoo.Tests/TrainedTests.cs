using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Packed;
using Empir.Packing;
using Empir.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Zoo.Tests;

/// <summary>The trained ensembles that lie beside the zoo are those of its specs, come back as checkpoints, and are those that were evaluated.</summary>
public class TrainedTests
{
    // As many images of an evaluation are decided again.
    private const int MostImages = 500;

    private static readonly string[] Names = [.. Directory.GetFiles(Trained.Folder, "*.empirpack", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)!)];

    public static TheoryData<string> Packs => [.. Names];

    public static TheoryData<string> Evaluated => [.. Names.Where(IsEvaluated)];

    [Theory]
    [MemberData(nameof(Packs))]
    public void EveryMemberComesBack(string name)
    {
        var model = Pack(name);
        using var ensemble = Fresh(name);

        for (var member = 0; member < ensemble.Members.Count; member++)
            Unpacker.Unpack(model, ensemble, member);

        using var packed = new PackedEnsemble(model, new() { Threads = 1 });
        Assert.Equal(ensemble.Card.Members.Select(member => member.Name), model.Members.Select(member => member.Name));
    }

    // A pack has a member of 32-bit weights bit by bit; of a low-bit one the levels only, so it is known by what it decides.
    [Theory]
    [MemberData(nameof(Evaluated))]
    public void TheFullMembersAreThoseEvaluated(string name)
    {
        var (model, evaluation) = (Pack(name), Evaluation(name));
        using var ensemble = Fresh(name);
        int[] full = [.. Enumerable.Range(0, ensemble.Members.Count).Where(member => model.Members[member].Layers.OfType<PackedWeightedLayer>().All(layer => layer.Weights is FullWeights))];

        foreach (var member in full)
            Unpacker.Unpack(model, ensemble, member);

        Assert.NotEmpty(full);
        Assert.All(full, member => Assert.Equal(evaluation.Members[member].WeightsSha256, Checkpoint.WeightsHash(ensemble.Members[member])));
    }

    [SharedData("mnist")]
    public void MnistIsDecidedAsEvaluated() => DecidedAsEvaluated("mnist");

    [SharedData("cifar10")]
    public void CifarIsDecidedAsEvaluated() => DecidedAsEvaluated("cifar10");

    [Fact]
    public void EveryEvaluatedDatasetHasATestAbove() =>
        Assert.Equal(["cifar10", "mnist"], Names.Where(IsEvaluated).Select(name => Evaluation(name).Data.Dataset).Distinct().Order(StringComparer.Ordinal));

    // Image by image: the ensemble's vote, and every member alone.
    private static void DecidedAsEvaluated(string dataset)
    {
        using var split = DatasetCatalogue.Default.Load(dataset, new DatasetLocation(SharedDataAttribute.Folder));
        foreach (var name in Names.Where(name => IsEvaluated(name) && Evaluation(name).Data.Dataset == dataset))
        {
            var evaluation = Evaluation(name);
            var clean = evaluation.Protocols.MaxBy(protocol => protocol.Images)!.Rows.Single(row => row.Kind == RowKind.Clean);
            var count = Math.Min(clean.Cells[0].Right.Length, MostImages);

            var right = Right(Pack(name), split.Test, count);

            Assert.Equal(evaluation.Data.Sha256, split.Test.Hash);
            Assert.Equal(right.Count, clean.Cells.Count);
            Assert.Empty(
                from cell in clean.Cells
                from image in Enumerable.Range(0, count)
                where cell.Right[image] != right[cell.System][image]
                select $"{name}: {cell.System} on image {image}");
        }
    }

    [SharedData("mnist")]
    public void OnMnistLevelsAreThoseOfDoublePrecision() => LevelsAreThoseOfDoublePrecision("mnist");

    [SharedData("cifar10")]
    public void OnCifarLevelsAreThoseOfDoublePrecision() => LevelsAreThoseOfDoublePrecision("cifar10");

    // TorchSharp's own networks in 64 bits: a level that was another one would move some logit by a thousandth of the largest.
    private static void LevelsAreThoseOfDoublePrecision(string dataset)
    {
        using var split = DatasetCatalogue.Default.Load(dataset, new DatasetLocation(SharedDataAttribute.Folder));
        // The last are those of CIFAR-10's on which 32 bits decide a level of CifarRobust otherwise.
        long[] images = [.. Enumerable.Range(0, 95), .. new long[] { 2500, 4266, 5701, 6251, 7997 }];
        foreach (var name in Names.Where(name => IsEvaluated(name) && Evaluation(name).Data.Dataset == dataset))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var model = Pack(name);
            using var ensemble = Fresh(name);
            using var packed = new PackedEnsemble(model, new() { Threads = 1 });
            var (x, _) = split.Test.Batch(images, CPU);
            var logits = new float[model.Members.Count * images.Length * model.Classes];
            packed.Logits(x.data<float>().ToArray(), logits);
            for (var member = 0; member < model.Members.Count; member++)
            {
                Unpacker.Unpack(model, ensemble, member);
                var wanted = ensemble.Members[member].to(float64).call(x.to(float64)).data<double>().ToArray().Chunk(model.Classes);
                var own = logits.Chunk(model.Classes).Skip(member * images.Length);

                Assert.Empty(
                    from pair in images.Zip(own, wanted)
                    where pair.Second.Zip(pair.Third, (one, other) => Math.Abs(one - other)).Max() > 1e-5 * pair.Third.Max(Math.Abs)
                    select $"{name}: {model.Members[member].Name} on image {pair.First}");
            }
        }
    }

    // One character per image, 1 where it is decided right; by system.
    private static Dictionary<string, string> Right(PackedModel model, ImageDataset test, int count)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = test.Range(0, count, CPU);
        var (pixels, truth) = (images.data<float>().ToArray(), labels.data<long>().ToArray());
        using var packed = new PackedEnsemble(model, new() { Threads = 1 });
        var votes = new int[count];
        packed.Predict(pixels, votes);
        var logits = new float[model.Members.Count * count * model.Classes];
        packed.Logits(pixels, logits);
        int[] alone = [.. logits.Chunk(model.Classes).Select(image => Array.IndexOf(image, image.Max()))];
        return model.Members.Select((member, index) => (member.Name, Classes: alone.Skip(index * count).Take(count))).Prepend((model.Name, votes))
            .ToDictionary(system => system.Name, system => Bits(system.Classes));

        string Bits(IEnumerable<int> classes) => string.Concat(classes.Zip(truth, (one, label) => one == label ? '1' : '0'));
    }

    private static bool IsEvaluated(string name) => File.Exists(Folder(name).Evaluation);

    private static OutputFolder Folder(string name) => new(Path.Combine(Trained.Folder, name));

    private static PackedModel Pack(string name) => PackedFile.Read(Folder(name).Pack(name));

    private static EvaluationReport Evaluation(string name) => EvaluationReport.Read(Folder(name).Evaluation);

    private static Ensemble Fresh(string name) => (Ensemble)Activator.CreateInstance(typeof(FashionEmpir).Assembly.GetType($"Zoo.{name}", throwOnError: true)!)!;
}
