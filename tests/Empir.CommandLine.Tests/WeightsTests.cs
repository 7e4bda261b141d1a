using System.Text.Json.Nodes;
using Empir.Formats;
using Empir.Packed;
using Empir.Packing;

namespace Empir.CommandLine.Tests;

public sealed class WeightsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Weights => folder["weights.safetensors"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AnExportedMemberIsAPlainStateDict()
    {
        await Run("train", "--epochs", "1");

        var run = await Run("export", Weights, "--member", "full", "--json");

        Assert.Equal(0, run.ExitCode);
        using var file = SafeTensors.Read(Weights);
        using var checkpoint = SafeTensors.Read(folder["out/full.safetensors"]);
        Assert.Equal(["hidden.weight", "logits.weight"], file.Tensors.Keys.Order());
        Assert.Equal(["format"], file.Metadata.Keys);
        Assert.Equal(checkpoint.Tensors["hidden.weight"].bytes.ToArray(), file.Tensors["hidden.weight"].bytes.ToArray());
        Assert.Equal([4, 1, 4, 4], JsonNode.Parse(run.Out)!["tensors"]![0]!["shape"]!.AsArray().Select(size => (int)size!));
    }

    [Fact]
    public async Task AnImportedMemberIsEvaluatedAndLeftAlone()
    {
        await Run("train", "--epochs", "1");
        await Run("export", Weights, "--member", "low_a");
        File.Delete(folder["out/low_a.safetensors"]);

        Assert.Equal(0, (await Run("import", Weights, "--member", "low_a")).ExitCode);
        var before = File.ReadAllBytes(folder["out/low_a.safetensors"]);
        var trained = await Run("train", "--epochs", "1", "--json");
        var evaluated = await Run("evaluate", "--epochs", "1", "--images", "2");

        Assert.Contains($"low_a: imported, not trained here ({folder["out/low_a.safetensors"]}).", trained.Error);
        Assert.Contains("low_b: trained already", trained.Error);
        Assert.DoesNotContain("epoch 1/1", trained.Error);
        Assert.Equal(0, (int)JsonNode.Parse(trained.Out)!["members"]![0]!["epochs"]!);
        Assert.Equal(before, File.ReadAllBytes(folder["out/low_a.safetensors"]));
        Assert.Equal(0, evaluated.ExitCode);
        Assert.Contains("low_a: imported, not trained here", evaluated.Error);
    }

    [Fact]
    public async Task AnImportReplacesNothingUnasked()
    {
        await Run("train", "--epochs", "1");
        await Run("export", Weights, "--member", "full");
        File.WriteAllText(folder["out/full.unfinished.safetensors"], "an interrupted run");

        Assert.Contains($"{folder["out/full.safetensors"]} is there already", (await Run("import", Weights, "--member", "full")).Refusal());
        Assert.Equal(0, (await Run("import", Weights, "--member", "full", "--replace")).ExitCode);

        Assert.False(File.Exists(folder["out/full.unfinished.safetensors"]));
    }

    [Fact]
    public async Task AnExportReplacesNoCheckpoint()
    {
        await Run("train", "--epochs", "1");
        var before = File.ReadAllBytes(folder["out/low_b.safetensors"]);

        Assert.Contains($"{folder["out/low_b.safetensors"]} is the checkpoint of low_b", (await Run("export", folder["out/low_b.safetensors"], "--member", "low_a")).Refusal());
        Assert.Equal(before, File.ReadAllBytes(folder["out/low_b.safetensors"]));
    }

    [Fact]
    public async Task AnImportLeavesNoMetricsOfATrainingThatItIsNot()
    {
        await Run("train", "--epochs", "1");
        await Run("export", Weights, "--member", "full");
        Assert.True(File.Exists(folder["out/full.metrics.jsonl"]));

        await Run("import", Weights, "--member", "full", "--replace");

        Assert.False(File.Exists(folder["out/full.metrics.jsonl"]));
    }

    [Fact]
    public async Task ACheckpointImportedForAnotherPrecisionIsRefused()
    {
        await Run("train", "--epochs", "1");
        await Run("export", Weights, "--member", "full");
        await Run("import", Weights, "--member", "full", "--replace");
        // The same tensors, but other bits.
        File.Move(folder["out/full.safetensors"], folder["out/low_a.safetensors"], overwrite: true);

        Assert.Contains("it was imported for another network", (await Run("train", "--epochs", "1")).Refusal());
    }

    [Fact]
    public async Task APackedEnsembleIsTakenBackAndEvaluated()
    {
        await Run("train", "--epochs", "1");
        var pack = folder["tiny.empirpack"];
        using (var ensemble = TinyEmpir.Spec.Create())
        {
            foreach (var (member, name) in ensemble.Members.Zip(["low_a", "low_b", "full"]))
                StateDict.Read(folder[$"out/{name}.safetensors"], member);
            PackedFile.Write(pack, Packer.Pack(ensemble));
        }
        var before = await Run("evaluate", "--epochs", "1", "--images", "2", "--json");
        Directory.Delete(folder["out"], recursive: true);

        Assert.Equal(0, (await Run("import", pack)).ExitCode);
        var after = await Run("evaluate", "--epochs", "1", "--images", "2", "--json");

        Assert.Contains("low_a: imported, not trained here", after.Error);
        Assert.Equal(Rows(before), Rows(after));

        static string Rows(ToolRun run) => JsonNode.Parse(run.Out)!["protocols"]!.ToJsonString();
    }

    [Fact]
    public async Task AFileThatIsNoPackedEnsembleIsRefused()
    {
        File.WriteAllText(folder["tiny.empirpack"], "no pack");

        Assert.Contains("tiny.empirpack is not a packed ensemble", (await Run("import", folder["tiny.empirpack"])).Refusal());
        Assert.Contains("missing.empirpack", (await Run("import", folder["missing.empirpack"])).Refusal());
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Theory]
    [InlineData("export", "--member nobody", "--member nobody: TinyEmpir has low_a, low_b, full")]
    [InlineData("export", "", "Say which member with --member: TinyEmpir has low_a, low_b, full")]
    [InlineData("export", "--member full", "full.safetensors: not there. Train first")]
    [InlineData("import", "--member full", "weights.safetensors is not there")]
    public async Task AMistakeIsOneLine(string command, string options, string message) =>
        Assert.Contains(message, (await Run(command, [Weights, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Refusal());

    private Task<ToolRun> Run(string command, params string[] more) =>
        ToolRun.Of([command, "TinyEmpir", .. more, "--output", folder["out"]]);
}
