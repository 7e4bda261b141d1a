using System.Globalization;
using System.Text.Json.Nodes;
using Empir.Packed;
using Empir.Packing;
using Empir.Training;
using Zoo;

namespace Empir.CommandLine.Tests;

public sealed class BenchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task OneRunMeasuresEverythingAndComparesDecisions()
    {
        await Run("train", "--epochs", "1");

        var run = await Run("bench", "--images", "20", "--threads", "1,2", "--batch", "4", "--rounds", "2", "--under-attack", "--json");

        Assert.Equal(0, run.ExitCode);
        var json = JsonNode.Parse(run.Out)!;
        Assert.Equal(0, (int)json["mismatches"]!);
        Assert.Equal(20, (int)json["images"]!);
        Assert.Equal((1, 4), ((int)json["headline"]!["threads"]!, (int)json["headline"]!["batch"]!));
        Assert.Equal([1, 2], json["measurements"]!.AsArray().Select(one => (int)one!["threads"]!));
        var headline = json["measurements"]![0]!;
        Assert.Equal(1, (double)headline["ratios"]!["torch_full"]!);
        Assert.Equal((double)json["ratio_lazy"]!, (double)headline["ratios"]!["packed_lazy"]!);
        Assert.Equal(
            (double)headline["microseconds_per_image"]!["packed_all_members"]! / (double)headline["microseconds_per_image"]!["torch_full"]!,
            (double)json["ratio_all_members"]!, 1e-9);
        Assert.True((double)json["speedup_low_member"]! > 0);
        Assert.Equal((double)JsonNode.Parse((await Run("pack", "--json")).Out)!["file_ratio"]!, (double)json["file_ratio"]!);
        // Each ratio's counterpart: the same member, packed alone.
        var times = headline["microseconds_per_image"]!.AsObject().ToDictionary(system => system.Key, system => (double)system.Value!);
        Assert.Equal(times["packed_all_members"] / times["packed_full_alone"], (double)json["ratio_all_members_to_packed_full"]!, 1e-9);
        Assert.Equal(times["packed_lazy"] / times["packed_full_alone"], (double)json["ratio_lazy_to_packed_full"]!, 1e-9);
        Assert.Equal(
            times["packed_full_alone"] / Math.Max(times["packed_low_a_alone"], times["packed_low_b_alone"]),
            (double)json["speedup_low_member_to_packed_full"]!, 1e-9);
        Assert.True((double)json["under_attack"]!["ratio_lazy_to_packed_full"]! > 0);
        Assert.NotEmpty((string)json["kernels"]!["low_a"]!["hidden"]!);
        Assert.DoesNotContain("sparse", (string)json["kernels_all_members"]!["low_a"]!["hidden"]!, StringComparison.Ordinal);
        // Of layers with two kernels, which no processor has to have here.
        Assert.All(json["kernel_shares"]!.AsArray(), one => Assert.InRange((double)one!["share"]!, 0, 1));
        Assert.NotEmpty((string)json["environment"]!["processor"]!);
        // Cheap members are always asked, the last one only about what is open.
        Assert.Equal(1, json["asked"]!.AsObject().Max(member => (double)member.Value!));
        // What was timed as one or the other was it.
        Assert.All(json["measurements"]!.AsArray(), one =>
        {
            Assert.Equal([1, 1, 1], Shares(one!, "packed_all_members"));
            Assert.Equal([1, 1], Shares(one!, "packed_lazy")[..2]);
            Assert.InRange(Shares(one!, "packed_lazy")[2], 0, 0.99);
        });
        Assert.Equal((20, 0), ((int)json["under_attack"]!["images"]!, (int)json["under_attack"]!["mismatches"]!));
        Assert.Null(json["peak_memory_mib"]);

        static double[] Shares(JsonNode measurement, string system) =>
            [.. measurement["asked"]![system]!.AsObject().Select(member => (double)member.Value!)];
    }

    [Fact]
    public async Task ThePageSaysTheHeadlineInWords()
    {
        await Run("train", "--epochs", "1");

        var run = await Run("bench", "--images", "8", "--threads", "1", "--batch", "8", "--rounds", "1", "--kernel", "scalar");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("TinyEmpir at 1 thread and batches of 8:", run.Out);
        Assert.Contains("No decision differs from TorchSharp's on 8 images.", run.Out);
        Assert.Contains("conv-1x1-scalar", run.Out);
        Assert.Matches(@"Compared with full packed alone: \d+\.\d{3} times its time with all members, \d+\.\d{3} with the lazy vote; a low-bit member alone is \d+\.\d times as fast\.", run.Out);
        Assert.Contains("8 images", run.Out);
    }

    [Theory]
    [InlineData("--threads 1,x", "--threads 1,x: this has to be whole numbers of at least 1 and at most 1024, with commas between them.")]
    [InlineData("--batch 0", "--batch 0: this has to be whole numbers of at least 1, with commas between them.")]
    [InlineData("--kernel mmx", "--kernel mmx: There is no kernel 'mmx'")]
    [InlineData("--images 21", "--images 21: stripes has 20 images")]
    public async Task MistakesAreOneLine(string options, string message)
    {
        await Run("train", "--epochs", "1");

        var run = await Run("bench", [.. options.Split(' '), "--rounds", "1"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"tiny: {message}", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task MembersThatAreNotTrainedAreNamed() =>
        Assert.Contains("not there. Train first with 'tiny train TinyEmpir'", (await Run("bench")).Refusal());

    [Fact]
    public void AProcessOfItsOwnAnswersWithSecondsAndMemory()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        var place = new BenchFolder(folder.Path);
        place.Write(Packer.Pack(ensemble), ensemble.Members[2], new float[16 * 10]);

        var rounds = Answers(BenchChild.Rounds, "1 4 10\n2 1 10\n");
        var memory = Answers(BenchChild.PackedMemory, "");

        Assert.Equal(2, rounds.Length);
        Assert.All(rounds, seconds => Assert.True(seconds > 0));
        Assert.True(Assert.Single(memory) >= 0);

        double[] Answers(string job, string orders)
        {
            using var answers = new StringWriter();
            BenchChild.Run(TinyEmpir.Spec, place, job, new StringReader(orders), answers);
            return [.. answers.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        }
    }

    [Fact]
    public async Task AProgramMeasuresItsOwnMemoryWithoutAndWithTorchSharp()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using (var ensemble = new FashionEmpir())
            foreach (var (card, member) in ensemble.Card.Members.Zip(ensemble.Members))
                Checkpoint.Write(folder[$"{card.Name}.safetensors"], member, Recipe.Imported(card, "0"), ensemble.Card.SpecHash);

        var run = await ZooProcess.Run($"bench FashionEmpir --images 4 --threads 1 --batch 4 --rounds 1 --json --output \"{folder.Path}\"");

        Assert.Equal(0, run.ExitCode);
        var json = JsonNode.Parse(run.Out)!;
        Assert.InRange((double)json["peak_memory_mib"]!["packed"]!, 1, (double)json["peak_memory_mib"]!["torch_full"]!);
        Assert.True((double)json["measurements"]![0]!["ratios"]!["torch_full_default_malloc"]! > 0);
        Assert.Equal(0, (int)json["mismatches"]!);
    }

    [Fact]
    public async Task DoctorNamesTheKernelsAndJudgesLibtorchsConvolution()
    {
        await Run("train", "--epochs", "1");
        await Run("pack");

        var layers = JsonNode.Parse((await Run("doctor", "--json")).Out)!;
        var kinds = JsonNode.Parse((await ToolRun.Of("doctor", "--json")).Out)!;

        Assert.Contains("conv-1x1-scalar", (string)layers["packed_kernels"]!);
        Assert.Equal(
            ["low_a hidden", "low_a logits", "low_b hidden", "low_b logits", "full hidden", "full logits"],
            layers["kernels"]!.AsArray().Select(one => $"{one!["member"]} {one["layer"]}"));
        Assert.Single(kinds["kernels"]!.AsArray(), one => (string)one!["layer"]! == "w2 a4 convolution");
        Assert.Matches("agree with double precision|libtorch's own convolution is wrong here", (string)kinds["convolution"]!);
        File.Delete(folder["TinyEmpir.empirpack"]);
        Assert.Contains("Write it with 'tiny pack TinyEmpir'", (await Run("doctor")).Refusal());
    }

    [Fact]
    public async Task AKernelThatRunsOnlySomeKindsOfLayersIsNoFailure()
    {
        if (!PackedKernels.Supported.Any(kernel => kernel.Contains("pshufb", StringComparison.Ordinal)))
            return;

        var run = await ZooProcess.Run("doctor --json", ("EMPIR_KERNEL", "pshufb"));

        Assert.Equal(0, run.ExitCode);
        var kinds = JsonNode.Parse(run.Out)!["kernels"]!.AsArray().ToDictionary(one => (string)one!["layer"]!, one => (string)one!["kernel"]!);
        Assert.Contains("-avx2-pshufb", kinds["w2 a4 convolution"]);
        Assert.Contains("The kernel 'pshufb' cannot run w8 a8 convolution", kinds["w8 a8 convolution"]);
        Assert.StartsWith("f32-", kinds["32-bit linear"]);
    }

    [Fact]
    public async Task AKernelThatRunsNoLayerHereIsAFailure()
    {
        // Such as another architecture's: layers in full precision would run all the same.
        var kernel = PackedKernels.All.Except(PackedKernels.Supported).First(name => name.StartsWith("u8-", StringComparison.Ordinal));

        var run = await ZooProcess.Run("doctor --json", ("EMPIR_KERNEL", kernel));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"EMPIR_KERNEL={kernel}: This processor has not what the kernel", (string)JsonNode.Parse(run.Out)!["kernel_failure"]!);
    }

    private Task<ToolRun> Run(string command, params string[] more) => ToolRun.Of([command, "TinyEmpir", .. more, "--output", folder.Path]);
}
