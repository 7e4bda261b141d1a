using Empir.CommandLine.Work;
using Empir.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>data</c> shows: a dataset's files and how many images they hold.</summary>
internal static class DatasetTable
{
    public static IEnumerable<IRenderable> Of(CheckedDataset dataset)
    {
        if (dataset.Files.Count > 0)
        {
            var table = Tables.New().AddColumn("file").AddColumn(new TableColumn("bytes").RightAligned()).AddColumn("SHA-256");
            foreach (var (file, state) in dataset.Files)
                table.AddRow(file.Name.EscapeMarkup(), Words.Count(file.Bytes), InWords(state));
            yield return table;
        }
        yield return new Text(
            $"{dataset.Name}: {Words.Count(dataset.TrainingImages)} training and {Words.Count(dataset.TestImages)} test images, "
            + $"{(dataset.Folder is { } folder ? $"in {folder}" : "part of this program")}.\n");
    }

    public static string Json(CheckedDataset dataset) => MachineJson.Of(new
    {
        Dataset = dataset.Name,
        dataset.Folder,
        Files = dataset.Files.Select(one => new { one.File.Name, one.File.Bytes, one.File.Sha256, one.State }),
        dataset.TrainingImages,
        dataset.TestImages,
        TrainingSha256 = dataset.TrainingHash,
        TestSha256 = dataset.TestHash,
    });

    private static string InWords(FileState state) => state switch
    {
        FileState.Fetched => "fetched, as published",
        FileState.Official => "as published",
        FileState.Other => "other bytes than published; read as they are",
        _ => "not there; its content is, unpacked",
    };
}
