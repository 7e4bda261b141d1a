namespace Empir.CommandLine.Tests;

public sealed class WrongInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lst", "there is no command 'lst'; did you mean list?")]
    [InlineData("describe TinyEmpr", "there is no ensemble 'TinyEmpr'; did you mean TinyEmpir?")]
    [InlineData("describe Elephant", "there is no ensemble 'Elephant'.")]
    [InlineData("describe", "describe needs the name of an ensemble; 'tiny list' shows them.")]
    [InlineData("train TinyEmpir --epoch 3", "train has no option --epoch; did you mean --epochs?")]
    [InlineData("train --epoch 3 TinyEmpir", "train has no option --epoch; did you mean --epochs?")]
    [InlineData("train TinyEmpir --epochs three", "--epochs three: this has to be a whole number of at least 1.")]
    [InlineData("train TinyEmpir --epochs 0", "--epochs 0: this has to be a whole number of at least 1.")]
    [InlineData("train TinyEmpir --epochs 1e99", "--epochs 1e99: this has to be a whole number of at least 1.")]
    [InlineData("train TinyEmpir --epochs", "Required argument missing for option: '--epochs'.")]
    [InlineData("train TinyEmpir --learning-rate 0", "--learning-rate 0: this has to be a number above 0.")]
    [InlineData("train TinyEmpir --learning-rate 0,1", "--learning-rate 0,1: this has to be a number above 0.")]
    [InlineData("train TinyEmpir --member low_c", "--member low_c: TinyEmpir has low_a, low_b, full; did you mean low_a?")]
    [InlineData("train TinyEmpir extra", "train can make nothing of 'extra'.")]
    [InlineData("evaluate TinyEmpir --protocol papr", "there is no protocol 'papr'; did you mean paper?")]
    [InlineData("evaluate TinyEmpir --epsilon NaN", "--epsilon NaN: this has to be a number from 0 on.")]
    [InlineData("--elephant", "run has no option --elephant.")]
    [InlineData("doctor --device gpu", "--device gpu is not a device; use cpu, cuda or cuda:N.")]
    public async Task MistakesInTheArgumentsAreOneLine(string arguments, string message)
    {
        var run = await ToolRun.Of(arguments.Split(' '));

        Assert.StartsWith($"tiny: {message}", run.Refusal());
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("run")]
    public async Task AnUnwritableOutputIsNoticedBeforeAnyWork(string command)
    {
        File.WriteAllText(folder["file"], "");

        var run = await ToolRun.Of(command, "TinyEmpir", "--output", folder["file"]);

        Assert.StartsWith($"tiny: --output {folder["file"]}: nothing can be written there", run.Refusal());
        Assert.DoesNotContain("training on", run.Out);
    }

    [Fact]
    public async Task MembersThatAreNotTrainedAreNamed()
    {
        var run = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path);

        Assert.StartsWith($"tiny: {folder["low_a.safetensors"]}: not there. Train first with 'tiny train TinyEmpir'", run.Refusal());
    }

    [Fact]
    public async Task ACheckpointOfAnotherRecipeIsKeptUntilRetrainReplacesIt()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path, "--epochs", "1");
        var before = File.ReadAllBytes(folder["low_a.safetensors"]);

        var refused = await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);
        Assert.Contains("'epochs 1', the spec says 'epochs 2'", refused.Refusal());
        Assert.Contains("--retrain", refused.Error);
        Assert.Equal(before, File.ReadAllBytes(folder["low_a.safetensors"]));
        Assert.Contains("'epochs 1'", (await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path)).Refusal());

        Assert.Equal(0, (await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path, "--retrain")).ExitCode);
        Assert.NotEqual(before, File.ReadAllBytes(folder["low_a.safetensors"]));
        Assert.Contains("low_a: trained already", (await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path)).Out);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("evaluate")]
    public async Task ADamagedCheckpointIsNamed(string command)
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);
        var whole = File.ReadAllBytes(folder["full.safetensors"]);
        File.WriteAllBytes(folder["full.safetensors"], whole[..^7]);

        var run = await ToolRun.Of(command, "TinyEmpir", "--output", folder.Path);

        Assert.Contains(folder["full.safetensors"], run.Refusal());
    }

    [Theory]
    [InlineData("train TinyEmpir --limit 61", "--limit 61: stripes has 60 images")]
    [InlineData("run TinyEmpir --images 21", "--images 21: stripes has 20 images")]
    public async Task MoreImagesThanThereAreIsAMistake(string arguments, string message) =>
        Assert.Contains(message, (await ToolRun.Of([.. arguments.Split(' '), "--output", folder.Path, "--json"])).Error);
}
