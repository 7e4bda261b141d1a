using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine.Work;

/// <summary>The user's own image files, and what the classes are called.</summary>
internal static class UserImages
{
    /// <summary>Reads files as the ensemble's dataset prepares its own.</summary>
    /// <param name="tool">The tool, which knows the datasets.</param>
    /// <param name="spec">The ensemble.</param>
    /// <param name="files">The files.</param>
    /// <param name="shape">Channels, height and width of the images the networks take.</param>
    /// <returns>Bytes, [N, C, H, W].</returns>
    /// <exception cref="UserErrorException">A file is missing, no image, or does not fit; the message names the first.</exception>
    public static byte[] Read(Tool tool, EnsembleSpec spec, IReadOnlyList<string> files, (int Channels, int Height, int Width) shape)
    {
        var source = Source(tool, spec) ?? throw new UserErrorException($"{spec.Card.SpecFile}: there is no dataset '{spec.Training.Dataset}', whose preprocessing would be used.");
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw new UserErrorException($"{missing}: {(Directory.Exists(missing) ? "a folder, not an image; name its files, such as with *.png" : "not there")}.");
        return [.. files.SelectMany(file => source.ReadImage(file, shape))];
    }

    /// <summary>The classes' names, in the order of the labels; null where only the dataset's files say, and these are not there.</summary>
    public static IReadOnlyList<string>? ClassNames(Tool tool, EnsembleSpec spec, DatasetLocation where) =>
        Source(tool, spec)?.ClassesIn(where) is { } names && names.Count == spec.Card.Members[0].Network.Classes ? names : null;

    private static DatasetSource? Source(Tool tool, EnsembleSpec spec) => tool.Datasets.Sources.FirstOrDefault(source => source.Name == spec.Training.Dataset);
}
