namespace Empir.CommandLine.Tests;

/// <summary>A training process that is killed outright, more than once, ends with the bytes of one that was left alone.</summary>
public sealed class KillTests : IDisposable
{
    private const int Epochs = 40;

    private readonly TemporaryFolder whole = new(), killed = new();

    public void Dispose()
    {
        whole.Dispose();
        killed.Dispose();
    }

    [Fact]
    public async Task AKilledProcessGoesOnToTheSameBytes()
    {
        Assert.Equal(0, (await ZooProcess.Run(Arguments(whole))).ExitCode);
        var metrics = killed["full.metrics.jsonl"];
        foreach (var epochs in new[] { 1, 3 })
            await ZooProcess.KillWhen(() => File.Exists(metrics) && File.ReadAllLines(metrics).Length >= epochs, Arguments(killed));
        Assert.False(File.Exists(killed["full.safetensors"]));

        var resumed = await ZooProcess.Run(Arguments(killed));

        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("full: an interrupted run is there", resumed.Error);
        Assert.Equal(File.ReadAllBytes(whole["full.safetensors"]), File.ReadAllBytes(killed["full.safetensors"]));
        Assert.Equal(Epochs, File.ReadAllLines(metrics).Length);
        Assert.False(File.Exists(killed["full.unfinished.safetensors"]));
    }

    // Many short epochs: the kill falls somewhere among them, at a moment of its own in each run.
    private static string Arguments(TemporaryFolder folder) =>
        $"train FashionEmpir --member full --threads 1 --epochs {Epochs} --limit 20 --batch-size 10 --output \"{folder.Path}\"";
}
