using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Empir.Data;

namespace Empir.CommandLine.Tests;

public sealed class DataTests : IDisposable
{
    private static readonly string[] Parts = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    private readonly TemporaryFolder folder = new();
    private readonly FileServer server = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task ADatasetIsFetchedOnceAndThenFound()
    {
        Publish();

        var first = await Run("data", "stripes");
        var requests = server.Requests.Count;
        var second = await Run("data", "stripes", "--json");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains($"6 training and 3 test images, in {folder["stripes"]}.", first.Out);
        Assert.Contains("fetched, as published", first.Out);
        Assert.Contains("t10k-labels-idx1-ubyte.gz: 0.0 MB of 0.0 MB", first.Error);
        Assert.Equal((4, 4), (requests, server.Requests.Count));
        Assert.All(JsonNode.Parse(second.Out)!["files"]!.AsArray(), file => Assert.Equal("official", (string?)file!["state"]));
        Assert.Equal(Parts.Select(part => part + ".gz").Order(), Directory.GetFiles(folder["stripes"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task TrainSaysHowToFetchWhatIsMissingAndThenReadsIt()
    {
        Publish();

        var refused = (await Run("train", "TinyEmpir", "--output", folder["out"])).Refusal();

        Assert.EndsWith($"This fetches it: tiny data stripes --data \"{folder.Path}\"", refused);
        Assert.Empty(server.Requests);
        await Run("data", "stripes");
        Assert.Equal(0, (await Run("train", "TinyEmpir", "--output", folder["out"], "--batch-size", "2")).ExitCode);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task ImagesThatAreNotThosePublishedAreNamed(bool otherTraining, bool otherTest)
    {
        using var data = new Stripes().Load(new DatasetLocation());
        var stripes = new Stripes { Published = new(otherTraining ? "1234" : data.Train.Hash, otherTest ? "5678" : data.Test.Hash) };

        var run = await ToolRun.Of(TinyEmpir.Spec, stripes, "run", "TinyEmpir", "--epochs", "1", "--output", folder["out"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(otherTraining, run.Error.Contains($"The training images of stripes are not those that are published (SHA-256 of images and labels {data.Train.Hash}, published 1234)", StringComparison.Ordinal));
        Assert.Equal(otherTest, run.Error.Contains($"The test images of stripes are not those that are published (SHA-256 of images and labels {data.Test.Hash}, published 5678)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AMissingFileIsFetchedBesideTheOthers()
    {
        Publish();
        await Run("data", "stripes");
        File.Delete(folder["stripes/t10k-labels-idx1-ubyte.gz"]);

        var run = await Run("data", "stripes", "--json");

        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(["official", "official", "official", "fetched"], JsonNode.Parse(run.Out)!["files"]!.AsArray().Select(file => (string?)file!["state"]));
    }

    [Fact]
    public async Task OtherBytesThanPublishedAreNamedAndLeftAlone()
    {
        Publish();
        await Run("data", "stripes");
        var path = folder["stripes/train-images-idx3-ubyte.gz"];
        byte[] other = [.. File.ReadAllBytes(path)[..^1], 7];
        File.WriteAllBytes(path, other);

        var run = await Run("data", "stripes");

        Assert.Contains("other bytes than published", run.Out);
        Assert.Equal(other, File.ReadAllBytes(path));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task ADamagedFileIsNamed()
    {
        Publish();
        await Run("data", "stripes");
        var path = folder["stripes/train-images-idx3-ubyte.gz"];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);

        var refusal = (await Run("data", "stripes")).Refusal();
        Assert.Contains($"{path} is damaged: it is cut off", refusal);
        Assert.Contains("Move it away, and", refusal);
        File.Move(path, path + ".away");
        Assert.Equal(0, (await Run("data", "stripes")).ExitCode);
    }

    [Fact]
    public async Task AWrongFileOnTheServerIsNamedAndNothingIsUsed()
    {
        Publish();
        server.Files["t10k-labels-idx1-ubyte.gz"][^1] ^= 1;

        var refused = await Run("data", "stripes");

        Assert.Contains("t10k-labels-idx1-ubyte.gz could not be fetched", refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Equal(2, refused.ExitCode);
        Assert.False(File.Exists(folder["stripes/t10k-labels-idx1-ubyte.gz"]));
    }

    [Fact]
    public async Task AnInterruptedDownloadSaysHowToGoOn()
    {
        Publish();
        using var source = new CancellationTokenSource();
        using var error = new CancellingWriter(source, "t10k-images-idx3-ubyte.gz: ");

        var stopped = await ToolRun.Of(TinyEmpir.Spec, Stripes(), ["data", "stripes", "--data", folder.Path], error, source.Token);

        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("'tiny data stripes' goes on from there", stopped.Error);
        Assert.Equal(0, (await Run("data", "stripes")).ExitCode);
        Assert.Single(server.Requests, request => request.StartsWith("train-images", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("imagenet", "imagenet is not for everybody to fetch")]
    [InlineData("imagnet", "there is no dataset 'imagnet'; did you mean imagenet?")]
    public async Task WhatCannotBeFetchedIsRefused(string name, string message) =>
        Assert.Contains(message, (await Run("data", name)).Refusal());

    [Fact]
    public async Task ADatasetOfTheProgramsOwnIsThere() =>
        Assert.Contains("60 training and 20 test images, part of this program", (await ToolRun.Of("data", "stripes")).Out);

    // 4x4 images in three classes, as four IDX files on the server.
    private void Publish()
    {
        foreach (var (part, count) in new[] { ("train", 6), ("t10k", 3) })
        {
            server.Files[$"{part}-images-idx3-ubyte.gz"] = Idx([.. Enumerable.Range(0, count * 16).Select(i => (byte)(i * 5))], count, 4, 4);
            server.Files[$"{part}-labels-idx1-ubyte.gz"] = Idx([.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))], count);
        }
        published = [.. Parts.Select(part => part + ".gz").Select(file => new RemoteFile(
            file, server.Files[file].Length, Convert.ToHexStringLower(SHA256.HashData(server.Files[file])), [new(server.Address, file)]))];
    }

    private IReadOnlyList<RemoteFile> published = [];

    private IdxDataset Stripes() => new("stripes", ["a", "b", "c"]) { Remote = published };

    private static byte[] Idx(byte[] data, params int[] shape)
    {
        var header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), shape[i]);
        return [.. header, .. data];
    }

    private Task<ToolRun> Run(params string[] args) => ToolRun.Of(TinyEmpir.Spec, Stripes(), [.. args, "--data", folder.Path]);
}
