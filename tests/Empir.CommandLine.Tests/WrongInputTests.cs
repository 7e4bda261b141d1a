using Empir.Attacks;
using Empir.Evaluation;

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
    [InlineData("train TinyEmpir --learning-rate 0", "--learning-rate 0: this has to be a number above 0 and at most 1000.")]
    [InlineData("train TinyEmpir --learning-rate 1001", "--learning-rate 1001: this has to be a number above 0 and at most 1000.")]
    [InlineData("train TinyEmpir --learning-rate 0,1", "--learning-rate 0,1: this has to be a number above 0 and at most 1000.")]
    [InlineData("train TinyEmpir --threads 1025", "--threads 1025: this has to be a whole number from 1 to 1024.")]
    [InlineData("train TinyEmpir --output ", "--output '': this has to be a folder.")]
    [InlineData("train TinyEmpir --data ", "--data '': this has to be a folder.")]
    [InlineData("train TinyEmpir --member low_c", "--member low_c: TinyEmpir has low_a, low_b, full; did you mean low_a?")]
    [InlineData("train TinyEmpir extra", "train can make nothing of 'extra'.")]
    [InlineData("evaluate TinyEmpir --protocol papr", "there is no protocol 'papr'; did you mean paper?")]
    [InlineData("evaluate TinyEmpir --epsilon NaN", "--epsilon NaN: this has to be a number from 0 to 1000000.")]
    [InlineData("evaluate TinyEmpir --epsilon 1e7", "--epsilon 1e7: this has to be a number from 0 to 1000000.")]
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
        Assert.DoesNotContain("training on", run.Error);
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
        Assert.Contains("low_a: trained already", (await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path)).Error);
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
    public async Task MoreImagesThanThereAreIsAMistake(string arguments, string message)
    {
        var run = await ToolRun.Of([.. arguments.Split(' '), "--output", folder.Path, "--json"]);

        Assert.StartsWith($"tiny: {message}", run.Refusal());
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task ExhaustiveWithoutTheAdaptiveProtocolIsAMistake() => Assert.Contains(
        "Add --protocol adaptive", (await ToolRun.Of("run", "TinyEmpir", "--exhaustive", "--output", folder.Path)).Refusal());

    [Fact]
    public async Task AnEvaluationThatCannotRunIsNoticedBeforeTraining()
    {
        var spec = TinyEmpir.Spec;
        var l2 = spec with { Evaluation = new(ThreatModel.L2(1), [ProtocolName.WhiteBox]) };
        var average = spec with { Create = () => new Averaged() };

        Assert.Contains("the threat's norm is L2", (await ToolRun.Of(l2, new Stripes(), "--output", folder.Path)).Refusal());
        Assert.Contains("defined for majority votes", (await ToolRun.Of(average, new Stripes(), "--output", folder.Path)).Refusal());
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task AnEvaluationThatCannotRunIsNoticedBeforeItsMembersAreRead()
    {
        foreach (var member in TinyEmpir.Spec.Card.Members)
            File.WriteAllText(folder[$"{member.Name}.safetensors"], "damaged");

        var run = await ToolRun.Of("evaluate", "TinyEmpir", "--images", "21", "--output", folder.Path);

        Assert.StartsWith("tiny: --images 21: stripes has 20 images", run.Refusal());
    }

    [Fact]
    public async Task TestImagesOfAnotherShapeAreAMistake()
    {
        var run = await ToolRun.Of(TinyEmpir.Spec, new Stripes(testHeight: 5), "train", "TinyEmpir", "--output", folder.Path);

        Assert.Contains("the test part of the dataset stripes has images of 1 x 5 x 4", run.Refusal());
    }

    [NoGpuTheory]
    [InlineData("run")]
    [InlineData("train")]
    public async Task AGpuThatIsNotThereIsAMistake(string command)
    {
        var run = await ToolRun.Of(command, "TinyEmpir", "--output", folder.Path, "--device", "cuda");

        Assert.StartsWith("tiny: --device cuda: ", run.Refusal());
    }

    [NoGpuTheory]
    [InlineData("cuda")]
    public async Task DoctorTellsOfAGpuThatIsNotThereBesideAllElseItFound(string device)
    {
        var run = await ToolRun.Of("doctor", "--device", device);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains($"--device {device}: ", run.Out, StringComparison.Ordinal);
        Assert.Contains("libtorch", run.Out, StringComparison.Ordinal);
        Assert.Contains("w2 a4 convolution", run.Out, StringComparison.Ordinal);
    }
}
