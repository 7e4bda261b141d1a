using System.Text.Json.Nodes;
using Empir.Data;
using Empir.Packed;
using Empir.Packing;
using Zoo;

namespace Empir.CommandLine.Tests;

public sealed class PredictTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Pack => folder["TinyEmpir.empirpack"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task BothEnginesDecideTheSame()
    {
        await Run("train", "--epochs", "2");
        await Run("pack");
        string[] files = [Rows("a.png"), Pictures.Grey(folder["b.png"], new byte[16]), Pictures.Grey(folder["c.png"], [.. Enumerable.Range(0, 16).Select(pixel => (byte)(pixel * 17))])];

        var torch = Answer(await Run("predict", [.. files, "--json"]));
        var packed = Answer(await Run("predict", [.. files, "--packed", "--json"]));

        Assert.Equal(files, packed.Predictions.Select(one => (string)one["file"]!));
        Assert.Null(torch.Asked);
        // Ties go to the full member: it is asked where the low ones disagree, and nowhere else.
        var open = packed.Predictions.Count(one => (string)one["votes"]![0]!["class"]! != (string)one["votes"]![1]!["class"]!);
        Assert.Equal(["full: " + open, "low_a: 3", "low_b: 3"], packed.Asked!.AsObject().Select(member => $"{member.Key}: {member.Value}").Order());
        foreach (var (one, other) in torch.Predictions.Zip(packed.Predictions))
        {
            Assert.Equal((string)one["class"]!, (string)other["class"]!);
            Assert.Contains((string)one["class"]!, new[] { "rows", "columns", "plain" });
            Assert.Equal((double)one["probability"]!, (double)other["probability"]!, 1e-5);
            Assert.Equal(["low_a", "low_b", "full"], other["votes"]!.AsArray().Select(vote => (string)vote!["member"]!));
            Assert.Equal(
                one["votes"]!.AsArray().Select(vote => (string)vote!["class"]!), other["votes"]!.AsArray().Select(vote => (string)vote!["class"]!));
        }
    }

    [Fact]
    public async Task ThePageHasARowForEachFile()
    {
        WritePack();

        var run = await Run("predict", Rows("a.png"), "--packed");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(folder["a.png"], run.Out);
        Assert.Contains("low_b", run.Out);
        Assert.Matches("To decide, the lazy vote asked low_[ab] about 1, low_[ab] about 1, full about [01] of 1 image\\.", run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task APackNeedsNoLibtorch()
    {
        using var ensemble = new FashionEmpir();
        PackedFile.Write(folder["FashionEmpir.empirpack"], Packer.Pack(ensemble, DatasetCatalogue.FashionClasses));
        var image = Pictures.Grey(folder["image.png"], new byte[28 * 28]);

        var run = await ZooProcess.Run($"predict FashionEmpir \"{image}\" --packed --output \"{folder.Path}\"", ("EMPIR_LIBTORCH", folder["nowhere"]), ("LD_DEBUG", "files"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(DatasetCatalogue.FashionClasses, run.Out.Contains);
        Assert.DoesNotContain("libtorch", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AnUnknownKernelIsNamed()
    {
        using var ensemble = new FashionEmpir();
        PackedFile.Write(folder["FashionEmpir.empirpack"], Packer.Pack(ensemble));
        var image = Pictures.Grey(folder["image.png"], new byte[28 * 28]);

        var run = await ZooProcess.Run($"predict FashionEmpir \"{image}\" --packed --output \"{folder.Path}\"", ("EMPIR_KERNEL", "mmx"));
        var doctor = await ZooProcess.Run($"doctor FashionEmpir --output \"{folder.Path}\" --json", ("EMPIR_KERNEL", "mmx"));

        Assert.StartsWith("zoo: EMPIR_KERNEL=mmx: There is no kernel 'mmx'; there are ", run.Refusal());
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("There is no kernel", (string)JsonNode.Parse(doctor.Out)!["kernel_failure"]!);
    }

    [Fact]
    public async Task APackOfAnEarlierSpecIsUsedWithAWarning()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        PackedFile.Write(Pack, Packer.Pack(ensemble) with { Metadata = new Dictionary<string, string> { ["spec_hash"] = "other" } });

        var run = await Run("predict", Rows("a.png"), "--packed", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("has changed since", run.Error);
        Assert.Matches("^[012]$", (string)Answer(run).Predictions[0]["class"]!);
    }

    [Fact]
    public async Task WrongPacksAreOneLine()
    {
        var image = Rows("a.png");
        Assert.StartsWith($"tiny: {Pack}: not there. Write it with 'tiny pack TinyEmpir'", (await Run("predict", image, "--packed")).Refusal());

        WritePack();
        var whole = File.ReadAllBytes(Pack);
        File.WriteAllBytes(Pack, whole[..^3]);
        Assert.Contains($"{Pack} is damaged", (await Run("predict", image, "--packed")).Refusal());

        using var ensemble = TinyEmpir.Spec.Create();
        PackedFile.Write(Pack, Packer.Pack(ensemble) with { Name = "Other" });
        Assert.Contains($"{Pack} is of Other, not of TinyEmpir", (await Run("predict", image, "--packed")).Refusal());
    }

    [Fact]
    public async Task WrongImagesAreOneLine()
    {
        WritePack();
        File.WriteAllText(folder["text.png"], "no image");

        Assert.StartsWith($"tiny: {folder["none.png"]}: not there.", (await Run("predict", folder["none.png"], "--packed")).Refusal());
        Assert.Contains("a folder, not an image", (await Run("predict", folder.Path, "--packed")).Refusal());
        Assert.Contains($"{folder["text.png"]} is damaged: it is no image", (await Run("predict", folder["text.png"], "--packed")).Refusal());
        Assert.Contains("has 5 x 5 pixels, and the network takes 4 x 4", (await Run("predict", Pictures.Grey(folder["five.png"], new byte[25]), "--packed")).Refusal());
        Assert.Contains("is in colour, and the network takes grey images", (await Run("predict", Pictures.Red(folder["red.png"], 4), "--packed")).Refusal());
    }

    [Fact]
    public async Task WrongOptionsAreOneLine()
    {
        var image = Rows("a.png");

        Assert.Contains("predict has no option --pakced; did you mean --packed?", (await Run("predict", image, "--pakced")).Refusal());
        Assert.Contains("Leave --device or --packed out", (await Run("predict", image, "--packed", "--device", "cuda")).Refusal());
        Assert.Contains("not there. Train first with 'tiny train TinyEmpir'", (await Run("predict", image)).Refusal());
    }

    [Fact]
    public async Task TheSampleWithoutTorchSharpReadsThePack()
    {
        using var ensemble = new FashionEmpir();
        PackedFile.Write(folder["fashion.empirpack"], Packer.Pack(ensemble, DatasetCatalogue.FashionClasses));
        File.WriteAllBytes(folder["image.pgm"], [.. "P5\n# a comment\n28 28\n255\n"u8, .. new byte[28 * 28]]);
        File.WriteAllBytes(folder["cut.pgm"], [.. "P5\n28 28\n255\n"u8, .. new byte[100]]);

        var run = await ZooProcess.Run("PackedSample", $"\"{folder["fashion.empirpack"]}\" \"{folder["image.pgm"]}\"", []);
        var cut = await ZooProcess.Run("PackedSample", $"\"{folder["fashion.empirpack"]}\" \"{folder["cut.pgm"]}\"", []);
        var swapped = await ZooProcess.Run("PackedSample", $"\"{folder["image.pgm"]}\" \"{folder["image.pgm"]}\"", []);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(DatasetCatalogue.FashionClasses, name => run.Out == $"{folder["image.pgm"]}: {name}{Environment.NewLine}");
        Assert.Contains("it has to be whole", cut.Refusal());
        Assert.Contains("is not a packed ensemble", swapped.Refusal());
    }

    private static (JsonNode[] Predictions, JsonNode? Asked) Answer(ToolRun run)
    {
        Assert.Equal(0, run.ExitCode);
        var json = JsonNode.Parse(run.Out)!;
        return ([.. json["predictions"]!.AsArray().Select(one => one!)], json["asked"]);
    }

    private string Rows(string file) => Pictures.Grey(folder[file], [.. Enumerable.Range(0, 16).Select(pixel => (byte)(pixel / 4 % 2 * 200))]);

    private void WritePack()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        PackedFile.Write(Pack, Packer.Pack(ensemble, ["rows", "columns", "plain"]));
    }

    private Task<ToolRun> Run(string command, params string[] more) => ToolRun.Of([command, "TinyEmpir", .. more, "--output", folder.Path]);
}
