using Empir.Data;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Specs;

namespace Empir.CommandLine.Work;

/// <summary>One ensemble, the folder its results go to, the data it learns from and the device it runs on.</summary>
internal sealed record Workplace(Tool Tool, EnsembleSpec Spec, OutputFolder Output, DatasetLocation Data, Compute Compute)
{
    /// <summary>Where a trained member is.</summary>
    public string Checkpoint(string member) => Output.Checkpoint(member);

    /// <summary>The recipes of those members that were trained elsewhere, by name.</summary>
    /// <exception cref="UserErrorException">A checkpoint is damaged.</exception>
    public IReadOnlyDictionary<string, string> Imported(IEnumerable<MemberCard> members) => (
        from member in members
        let path = Checkpoint(member.Name)
        where File.Exists(path)
        let recipe = Training.Checkpoint.ImportedRecipe(path)
        where recipe is not null
        select (member.Name, recipe)).ToDictionary();

    /// <summary>Where the evaluation goes.</summary>
    public string Report => Output.Evaluation;

    /// <summary>Builds the ensemble with its initial weights, on the device.</summary>
    public Ensemble Build()
    {
        var device = Compute.Start();
        return Spec.Create().To(device);
    }

    /// <summary>Reads the dataset of the spec.</summary>
    /// <param name="screen">Told if it is not the one that everybody knows by that name.</param>
    /// <exception cref="UserErrorException">It is not there, damaged, or of other images than the spec's.</exception>
    public DatasetSplit Load(Screen screen)
    {
        var data = LoadDataset();
        var network = Spec.Card.Members[0].Network;
        var input = network.Input;
        var wanted = Shape(input.Channels, input.Height, input.Width, input.Minimum, input.Maximum, network.Classes);
        foreach (var (part, images) in new[] { ("training", data.Train), ("test", data.Test) })
        {
            var found = Shape(images.Channels, images.Height, images.Width, 0, 1, images.Classes.Count);
            if (found == wanted)
                continue;
            data.Dispose();
            throw new UserErrorException(
                $"{Spec.Card.SpecFile}: {Spec.Name} takes {wanted}, the {part} part of the dataset {Spec.Training.Dataset} has {found}. Correct input, classes or dataset.");
        }
        if (Tool.Datasets.Sources.First(source => source.Name == Spec.Training.Dataset).Published is { } published)
        {
            Compare("training", data.Train, published.Train);
            Compare("test", data.Test, published.Test);
        }
        return data;

        void Compare(string part, ImageDataset images, string hash)
        {
            if (images.Hash != hash)
                screen.Say($"The {part} images of {images.Name} are not those that are published (SHA-256 of images and labels {images.Hash}, published {hash}); they are used, and results are not to be compared with others'.");
        }
    }

    private DatasetSplit LoadDataset()
    {
        var name = Spec.Training.Dataset;
        try
        {
            return Tool.Datasets.Load(name, Data);
        }
        catch (MissingDataException missing) when (Tool.Datasets.Sources.First(source => source.Name == name).Remote.Count > 0)
        {
            var option = Data.Folder is { } folder ? $" --data \"{folder}\"" : "";
            throw new UserErrorException($"{missing.Message} This fetches it: {Tool.Name} data {name}{option}", missing);
        }
    }

    private static string Shape(int channels, int height, int width, float minimum, float maximum, int classes) =>
        FormattableString.Invariant($"images of {channels} x {height} x {width} from {minimum} to {maximum} in {classes} classes");
}
