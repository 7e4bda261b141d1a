using System.Buffers.Binary;

namespace Empir.CommandLine.Tests;

/// <summary>The zoo's own command on a dataset of its form and next to no images.</summary>
public sealed class ReproduceTests : IDisposable
{
    private const int Side = 28;

    private readonly TemporaryFolder folder = new();

    public ReproduceTests()
    {
        Write("train", 40, image => image % 9);
        // A class that no training image has: what is right as it is and stands would meet every attack to its last query.
        Write("t10k", 4, _ => 9);
    }

    private string Arguments => $"reproduce mnist --data \"{folder.Path}\" --output \"{folder["out"]}\" --threads 1 --epochs 3 --limit 40 --images 2";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ItTrainsEvaluatesAndWritesAndTheSecondTimeOnlyWrites()
    {
        string[] blocks = ["mnist", "mnist-baselines", "mnist-robust"];
        File.WriteAllText(folder["page.md"], $"before\n{string.Concat(blocks.Select(block => $"<!-- {block}: begin -->\n<!-- {block}: end -->\n"))}after\n");
        var first = await ZooProcess.Run(Arguments);
        var second = await ZooProcess.Run($"{Arguments} --write \"{folder["page.md"]}\"");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.StartsWith("Written by `zoo reproduce mnist`", first.Out);
        foreach (var row in new[] { "EMPIR, paper", "**EMPIR, ours**", "**full precision alone, ours**", "low_b (w2 a4) alone", "FGSM adversarial training", "distillation", "gradient regularization", "**MnistRobust**" })
            Assert.Contains($"| {row} |", first.Out);
        Assert.Contains("`adaptive` at 0.3", first.Out);
        Assert.DoesNotContain("evaluated already", first.Error);
        foreach (var spec in new[] { "MnistEmpir", "MnistAdversarial", "MnistDistillation", "MnistGradientRegularization", "MnistRobust" })
        {
            Assert.Contains($"{spec}: evaluated already", second.Error);
            Assert.Contains($"| {spec} |", first.Out);
        }
        Assert.DoesNotContain(": training on", second.Error);
        Assert.Empty(second.Out);
        var page = File.ReadAllText(folder["page.md"]);
        Assert.Equal(first.Out, string.Join('\n', blocks.Select(block => Between(page, $"<!-- {block}: begin -->\n", $"<!-- {block}: end -->\n"))));
        Assert.StartsWith("before\n", page);
        Assert.EndsWith("after\n", page);

        // Of other evaluations than these only what they are about is written.
        Directory.Move(folder["out/MnistEmpir"], folder["elsewhere"]);
        Assert.Contains("Left as it is, since nothing of it is evaluated", (await ZooProcess.Run($"{Arguments} --existing --write \"{folder["page.md"]}\"")).Error);
        Assert.Equal(page, File.ReadAllText(folder["page.md"]));
    }

    private static string Between(string text, string begin, string end) => text.Split(begin)[1].Split(end)[0];

    [Fact]
    public async Task APageWithoutMarksIsRefusedBeforeTheWork()
    {
        File.WriteAllText(folder["page.md"], "nothing\n");

        var run = await ZooProcess.Run($"{Arguments} --write \"{folder["page.md"]}\"");

        Assert.Contains("<!-- mnist: begin -->", run.Refusal());
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task WhatIsThereIsShownWithoutWork()
    {
        var run = await ZooProcess.Run($"{Arguments} --existing");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("| EMPIR, paper | 98.89 | 86.73 | 67.06 | 18.61 | 17.51 | 47.48 |", run.Out);
        Assert.Contains("MnistEmpir is not evaluated yet.", run.Out);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task AnUnknownDatasetIsRefused() =>
        Assert.Contains("the datasets are mnist and cifar10", (await ZooProcess.Run("reproduce fashion")).Refusal());

    // Bars at ten places.
    private void Write(string part, int images, Func<int, int> label)
    {
        var pixels = new byte[images * Side * Side];
        for (var image = 0; image < images; image++)
            pixels.AsSpan((image * Side * Side) + (image % 10 * 2 * Side), 2 * Side).Fill(255);
        File.WriteAllBytes(folder[$"{part}-images-idx3-ubyte"], [.. Header(images, Side, Side), .. pixels]);
        File.WriteAllBytes(folder[$"{part}-labels-idx1-ubyte"], [.. Header(images), .. Enumerable.Range(0, images).Select(image => (byte)label(image))]);
    }

    private static byte[] Header(params int[] shape)
    {
        var header = new byte[4 + (4 * shape.Length)];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), shape[i]);
        return header;
    }
}
