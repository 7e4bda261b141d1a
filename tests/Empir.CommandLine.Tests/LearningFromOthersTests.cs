using Empir.Training.Recipes;

namespace Empir.CommandLine.Tests;

/// <summary>Members that learn from another are trained after it; members trained together are trained or not as one.</summary>
public sealed class LearningFromOthersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheMemberThatAnotherStartsFromIsTrainedFirstAndNotAgain()
    {
        var spec = TinyEmpir.Trained(settings => settings, initFromFull: true);
        var first = await Train(spec, "--member", "low_a");
        var full = File.ReadAllBytes(folder["full.safetensors"]);
        var low = File.ReadAllBytes(folder["low_a.safetensors"]);
        var again = await Train(spec, "--member", "low_a", "--retrain");

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.True(first.Error.IndexOf("full: epoch 2/2", StringComparison.Ordinal) < first.Error.IndexOf("low_a: epoch 1/2", StringComparison.Ordinal));
        Assert.False(File.Exists(folder["low_b.safetensors"]));
        Assert.Contains("full: trained already", again.Error);
        Assert.Contains("low_a: epoch 2/2", again.Error);
        Assert.Equal(full, File.ReadAllBytes(folder["full.safetensors"]));
        Assert.Equal(low, File.ReadAllBytes(folder["low_a.safetensors"]));
        using TemporaryFolder alone = new();
        await ToolRun.Of("train", "TinyEmpir", "--member", "low_a", "--output", alone.Path);
        Assert.NotEqual(Weights(alone), Weights(folder));

        static byte[] Weights(TemporaryFolder from)
        {
            using var file = Formats.SafeTensors.Read(from["low_a.safetensors"]);
            return file.Tensors["hidden.weight"].bytes.ToArray();
        }
    }

    [Fact]
    public async Task ATeacherIsTrainedFirst()
    {
        var spec = TinyEmpir.Trained(settings => settings with { Recipe = new DistillationRecipe(TinyEmpir.Spec.Card.Members[2]) });
        var run = await Train(spec);

        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Error.IndexOf("full: epoch 2/2", StringComparison.Ordinal) < run.Error.IndexOf("low_a: epoch 1/2", StringComparison.Ordinal));
        Assert.Contains("full: trained already", (await Train(spec)).Error);
    }

    [Fact]
    public async Task WhatStartedFromAnImportIsOfThatImport()
    {
        var spec = TinyEmpir.Trained(settings => settings, initFromFull: true);
        using TemporaryFolder weights = new();
        foreach (var (seed, file) in new[] { (1, "one"), (2, "other") })
        {
            using var network = new TinyNetwork(TinyCards.Full, seed);
            Formats.StateDict.Write(weights[$"{file}.safetensors"], network);
        }
        await Import("one");
        var trained = await Train(spec, "--member", "low_a");
        var again = await Train(spec, "--member", "low_a");
        await Import("other");
        var replaced = await Train(spec, "--member", "low_a");

        Assert.Contains("full: imported, not trained here", trained.Error);
        Assert.Contains("low_a: epoch 2/2", trained.Error);
        Assert.Contains("low_a: trained already", again.Error);
        Assert.Contains("it was trained with 'init_from full ", replaced.Refusal());

        Task<ToolRun> Import(string file) => ToolRun.Of(
            spec, new Stripes(), "import", "TinyEmpir", weights[$"{file}.safetensors"], "--member", "full", "--replace", "--output", folder.Path);
    }

    [Fact]
    public async Task MembersTrainedTogetherGoOnTogether()
    {
        var spec = TinyEmpir.Trained(settings => settings with { Recipe = new EnsembleAdversarialRecipe(0.1, Steps: 2), Validation = 10 });
        using TemporaryFolder whole = new();
        await ToolRun.Of(spec, new Stripes(), "train", "TinyEmpir", "--output", whole.Path);
        using var source = new CancellationTokenSource();
        using var error = new CancellingWriter(source, "full: epoch 1/2");
        var stopped = await ToolRun.Of(spec, new Stripes(), ["train", "TinyEmpir", "--output", folder.Path], error, source.Token);
        Assert.Equal(130, stopped.ExitCode);
        Assert.True(File.Exists(folder["members.unfinished.safetensors"]));
        Assert.False(File.Exists(folder["low_a.safetensors"]));

        var resumed = await Train(spec);

        Assert.Contains("low_b: an interrupted run is there", resumed.Error);
        foreach (var file in new[] { "low_a.safetensors", "low_b.safetensors", "full.safetensors" })
            Assert.Equal(File.ReadAllBytes(whole[file]), File.ReadAllBytes(folder[file]));
        Assert.Contains("full: trained already", (await Train(spec)).Error);
        Assert.Contains("--member low_a: the recipe of TinyEmpir trains all members together, low_b too. Leave --member out.", (await Train(spec, "--member", "low_a")).Refusal());
    }

    // An interrupted run of all members, or a training of all of them, would replace what was imported.
    [Fact]
    public async Task WhatIsImportedIsKeptWhereMembersAreTrainedTogether()
    {
        var spec = TinyEmpir.Trained(settings => settings with { Recipe = new EnsembleAdversarialRecipe(0.1, Steps: 2), Validation = 10 });
        using TemporaryFolder weights = new();
        await Train(spec);
        foreach (var member in new[] { "low_a", "low_b", "full" })
        {
            await ToolRun.Of(spec, new Stripes(), "export", "TinyEmpir", weights[$"{member}.safetensors"], "--member", member, "--output", folder.Path);
            File.Delete(folder[$"{member}.safetensors"]);
        }
        File.WriteAllText(folder["members.unfinished.safetensors"], "an interrupted run");

        Assert.Contains($"{folder["members.unfinished.safetensors"]} is there already", (await Import("low_a")).Refusal());
        Assert.Equal(0, (await Import("low_a", "--replace")).ExitCode);
        Assert.False(File.Exists(folder["members.unfinished.safetensors"]));
        Assert.Contains($"{folder["low_a.safetensors"]} is imported, and the recipe of TinyEmpir trains all members together", (await Train(spec)).Refusal());
        await Import("low_b");
        await Import("full");
        Assert.Contains("full: imported, not trained here", (await Train(spec)).Error);

        Task<ToolRun> Import(string member, params string[] more) => ToolRun.Of(
            spec, new Stripes(), ["import", "TinyEmpir", weights[$"{member}.safetensors"], "--member", member, "--output", folder.Path, .. more]);
    }

    private Task<ToolRun> Train(Specs.EnsembleSpec spec, params string[] more) =>
        ToolRun.Of(spec, new Stripes(), ["train", "TinyEmpir", "--output", folder.Path, .. more]);
}
