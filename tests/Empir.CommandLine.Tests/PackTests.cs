using System.Text.Json.Nodes;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Ensembles;
using Empir.Packed;
using Empir.Packing;

namespace Empir.CommandLine.Tests;

public sealed class PackTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Pack => folder["TinyEmpir.empirpack"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ATrainedEnsembleIsPackedAndVerified()
    {
        await Run("train", "--epochs", "1");

        var run = await Run("pack", "--verify", "--images", "20", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"Written: {Pack}", run.Error);
        var json = JsonNode.Parse(run.Out)!;
        Assert.Equal(new FileInfo(Pack).Length, (long)json["file_bytes"]!);
        Assert.Equal("full", (string?)json["full_member"]);
        Assert.Equal((double)json["file_bytes"]! / (double)json["full_member_file_bytes"]!, (double)json["file_ratio"]!);
        Assert.Equal((20, 0), ((int)json["verified"]!["images"]!, (int)json["verified"]!["mismatches"]!));
        Assert.Equal(["low_a 0", "low_b 0", "full 0"], json["verified"]!["member_mismatches"]!.AsObject().Select(member => $"{member.Key} {member.Value}"));
        Assert.All(json["verified"]!["member_logit_differences"]!.AsObject(), member => Assert.Equal((true, 0), ((double)member.Value!["largest"]! < LogitDifference.Rounding, (int)member.Value["images_beyond_rounding"]!)));
        var hidden = json["members"]![0]!["layers"]![0]!;
        // 64 weights of 2 bits and a scale of 8 bytes.
        Assert.Equal((2, 4, 24), ((int)hidden["weight_bits"]!, (int)hidden["activation_bits"]!, (int)hidden["bytes"]!));
        Assert.Equal(["rows", "columns", "plain"], PackedFile.Read(Pack).ClassNames!);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ThePageShowsBitsAndBytes()
    {
        await Run("train", "--epochs", "1");

        var run = await Run("pack", "--verify");

        Assert.Contains("w2 a4", run.Out);
        Assert.Contains("times the bytes of full packed alone", run.Out);
        Assert.Contains("Verified: 20 of 20 images are decided as by TorchSharp, by the ensemble and by each member alone.", run.Out);
        Assert.Contains("No logit differs by more than rounding: by at most ", run.Out);
    }

    [Fact]
    public async Task ADifferenceIsAFailureThatLeavesTheFile()
    {
        var spec = TinyEmpir.Spec with { Create = () => new Misdescribed() };
        await ToolRun.Of(spec, new Stripes(), "train", "TinyEmpir", "--epochs", "1", "--output", folder.Path);

        var run = await ToolRun.Of(spec, new Stripes(), "pack", "TinyEmpir", "--verify", "--output", folder.Path);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains($"tiny: {Pack}: ", run.Error);
        Assert.Contains("images are decided otherwise than by TorchSharp", run.Error);
        Assert.True(File.Exists(Pack));
        Assert.Equal(ExitCode.Done, (await ToolRun.Of(spec, new Stripes(), "pack", "TinyEmpir", "--output", folder.Path)).ExitCode);
    }

    [Fact]
    public void AnotherEnsemblesPackIsFoundOut()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        using var other = TinyEmpir.Spec.Create();
        using (TorchSharp.torch.no_grad())
            foreach (var parameter in other.Members.SelectMany(member => member.parameters()))
                parameter.neg_();
        using var packed = new PackedEnsemble(Packer.Pack(other));
        using var data = new Stripes().Load(new DatasetLocation());

        var verified = PackVerification.Of(ensemble, packed, data.Test, 20, CancellationToken.None);

        Assert.InRange(verified.Mismatches, 1, 20);
        Assert.InRange(verified.First.Count, Math.Min(verified.Mismatches, 10), 10);
        Assert.False(verified.IsSame);
        Assert.Contains($"{verified.Mismatches} of 20 images are decided otherwise", PackTable.Verdict(verified, hasBatchNorm: false));
        Assert.Contains("there should be none", PackTable.Verdict(verified, hasBatchNorm: false));
        Assert.Contains("The comparison is with TorchSharp's network in 32 bits. With batch norm", PackTable.Verdict(verified, hasBatchNorm: true));
    }

    [Fact]
    public void AMemberThatTheVoteNeverAsksIsComparedToo()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        using var other = TinyEmpir.Spec.Create();
        // Low members that are one and the same agree on everything, so that the full one decides nothing.
        foreach (var one in new[] { ensemble, other })
            one.Members[1].load_state_dict(one.Members[0].state_dict());
        using (TorchSharp.torch.no_grad())
            foreach (var parameter in other.Members[2].parameters())
                parameter.neg_();
        using var packed = new PackedEnsemble(Packer.Pack(other));
        using var data = new Stripes().Load(new DatasetLocation());

        var verified = PackVerification.Of(ensemble, packed, data.Test, 20, CancellationToken.None);

        Assert.Equal((0, 0, 0), (verified.Mismatches, verified.MemberMismatches["low_a"], verified.MemberMismatches["low_b"]));
        Assert.InRange(verified.MemberMismatches["full"], 1, 20);
        Assert.False(verified.IsSame);
        Assert.Contains(
            $"0 of 20 images are decided otherwise than by TorchSharp; by members alone: low_a 0, low_b 0, full {verified.MemberMismatches["full"]}; the first {verified.First[0]}",
            PackTable.Verdict(verified, hasBatchNorm: false));
    }

    // The logits grow by more than rounding and nothing is decided otherwise.
    [Fact]
    public void LogitsThatChangeNoDecisionAreSeen()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        using var other = TinyEmpir.Spec.Create();
        using (TorchSharp.torch.no_grad())
            foreach (var parameter in other.Members[2].parameters())
                parameter.mul_(1.001f);
        using var packed = new PackedEnsemble(Packer.Pack(other));
        using var data = new Stripes().Load(new DatasetLocation());

        var verified = PackVerification.Of(ensemble, packed, data.Test, 20, CancellationToken.None);

        Assert.True(verified.IsSame);
        Assert.Equal((0, 0, 20), (verified.MemberLogitDifferences["low_a"].ImagesBeyondRounding, verified.MemberLogitDifferences["low_b"].ImagesBeyondRounding, verified.MemberLogitDifferences["full"].ImagesBeyondRounding));
        Assert.InRange(verified.MemberLogitDifferences["full"].Largest, 9e-4, 4e-3);
        Assert.StartsWith("Logits differ by more than rounding, as they do where a level is another one: full on 20 images; ", PackTable.Logits(verified));
    }

    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(float.NaN, 2, 0, 1)]
    [InlineData(2, float.NaN, 0, 1)]
    [InlineData(float.NaN, float.NaN, 0, 0)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 0, 0)]
    [InlineData(float.NegativeInfinity, 2, 0, 1)]
    [InlineData(-1, 1, 0.5, 1)]
    public void LogitsThatAreNoNumbersAreFarFromThoseThatAre(float packed, float wanted, double largest, int beyond)
    {
        var difference = new LogitDifference().With([(4, 4), (packed, wanted)]);
        Assert.Equal((largest, beyond), (difference.Largest, difference.ImagesBeyondRounding));
    }

    [Fact]
    public async Task AMemberThatIsNotTrainedIsNamed()
    {
        Assert.StartsWith($"tiny: {folder["low_a.safetensors"]}: not there. Train first with 'tiny train TinyEmpir'", (await Run("pack")).Refusal());
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task ACheckpointOfAnotherNetworkIsRefused()
    {
        await Run("train", "--epochs", "1");
        // The same tensors, but other bits.
        File.Copy(folder["full.safetensors"], folder["low_a.safetensors"], overwrite: true);

        Assert.Contains($"{folder["low_a.safetensors"]}: a checkpoint of another network", (await Run("pack")).Refusal());
        Assert.False(File.Exists(Pack));
    }

    [Fact]
    public async Task ImagesAreForVerifyAlone()
    {
        Assert.Contains("Add --verify", (await Run("pack", "--images", "3")).Refusal());
        await Run("train", "--epochs", "1");
        Assert.Contains("--images 21: stripes has 20 images", (await Run("pack", "--verify", "--images", "21")).Refusal());
    }

    /// <summary>Its full member does more than its card says.</summary>
    private sealed class Misdescribed() : Ensemble<Majority>(
        TinyEmpir.Spec.Card, new Majority(TieBreak: 2), [new TinyNetwork(TinyCards.Low, 1), new TinyNetwork(TinyCards.Low, 2), new Negated()])
    {
    }

    private sealed class Negated() : TinyNetwork(TinyCards.Full, 3)
    {
        public override TorchSharp.torch.Tensor forward(TorchSharp.torch.Tensor input)
        {
            using var logits = base.forward(input);
            return logits.neg();
        }
    }

    private Task<ToolRun> Run(string command, params string[] more) => ToolRun.Of([command, "TinyEmpir", .. more, "--output", folder.Path]);
}
