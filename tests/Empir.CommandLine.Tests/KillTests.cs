using System.Text.Json.Nodes;

namespace Empir.CommandLine.Tests;

/// <summary>A training process that is killed outright at random moments, again and again, ends with the bytes of one that was left alone.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 4;

    private readonly TemporaryFolder whole = new(), killed = new();

    public void Dispose()
    {
        whole.Dispose();
        killed.Dispose();
    }

    public static TheoryData<string, string, int, int> Trainings => new()
    {
        { "zoo", "FashionEmpir --member full --limit 20 --batch-size 10", 40, 1 },
        { "Empir.CommandLine.Tests", $"{TinyProgram.Validated} --member low_a", 200, 2 },
        { "Empir.CommandLine.Tests", TinyProgram.Diverse, 100, 3 },
        { "Empir.CommandLine.Tests", TinyProgram.Robust, 60, 4 },
    };

    [Theory, MemberData(nameof(Trainings))]
    public async Task AKilledProcessGoesOnToTheSameBytes(string program, string training, int epochs, int seed)
    {
        Assert.Equal(0, (await ZooProcess.Run(program, Arguments(whole), [])).ExitCode);
        string[] checkpoints = [.. Directory.GetFiles(whole.Path, "*.safetensors").Select(path => Path.GetFileName(path)).Order()];
        var metrics = checkpoints.Select(name => Path.ChangeExtension(name, ".metrics.jsonl")).ToArray();
        var epoch = File.ReadLines(whole[metrics[0]]).Average(line => (double)JsonNode.Parse(line)!["seconds"]!);

        var random = new Random(seed);
        var moments = new List<string>();
        var (kills, resumed) = (0, 0);
        // The first kill falls anywhere from the process's start on, the last one among the checkpoints of the end, the others
        // anywhere in some epoch.
        for (var kill = 0; kill <= Kills; kill++)
        {
            // A training that ended before its kill begins anew: the others have to fall into one.
            if (kill < Kills && !IsUnfinished() && Array.TrueForAll(checkpoints, name => File.Exists(killed[name])))
                Array.ForEach(Directory.GetFiles(killed.Path), File.Delete);
            var (there, goingOn) = (Lines(), IsUnfinished());
            var wanted = there + random.Next(1, 1 + (epochs / (2 * Kills)));
            var later = TimeSpan.FromSeconds(random.NextDouble() * (kill == 0 ? 1 : kill == Kills ? 0.003 : 2 * epoch));
            Func<bool> condition = kill == 0 ? () => true
                : kill == Kills ? () => Array.Exists(checkpoints, name => File.Exists(killed[name])) : () => Lines() >= wanted;
            moments.Add($"epoch {(kill == 0 ? 0 : kill == Kills ? epochs : wanted)} and {later.TotalMilliseconds:F1} ms");
            var (reached, run) = await ZooProcess.When(condition, later, process => process.Kill(), program, Arguments(killed));
            kills += reached ? 1 : 0;
            resumed += goingOn ? 1 : 0;
            Assert.True(reached || run.ExitCode == 0, Told(run.Error));
            Assert.True(kill is 0 or Kills || goingOn == run.Error.Contains("an interrupted run is there", StringComparison.Ordinal), Told(run.Error));
            moments[^1] += reached ? $", killed with {Lines()} epochs told of" : ", too late";
        }
        var last = await ZooProcess.Run(program, Arguments(killed), []);

        Assert.True(last.ExitCode == 0, Told(last.Error));
        Assert.True(kills > 0 && resumed > 0, Told("No run was killed and went on."));
        foreach (var name in checkpoints)
            Assert.True(File.ReadAllBytes(whole[name]).SequenceEqual(File.ReadAllBytes(killed[name])), Told(name));
        foreach (var name in metrics)
            Assert.True(Metrics(whole[name]).SequenceEqual(Metrics(killed[name])), Told(name));
        Assert.False(IsUnfinished(), Told("Unfinished."));

        string Arguments(TemporaryFolder folder) => $"train {training} --threads 1 --epochs {epochs} --output \"{folder.Path}\"";

        int Lines() => File.Exists(killed[metrics[0]]) ? File.ReadAllLines(killed[metrics[0]]).Length : 0;

        bool IsUnfinished() => Directory.GetFiles(killed.Path, "*.unfinished.safetensors").Length > 0;

        string Told(string what) => $"{what} Seed {seed}; {string.Join("; ", moments)}.";
    }

    // What a kill between them leaves: one member's checkpoint, and the state before the last epoch.
    [Fact]
    public async Task MembersTrainedTogetherGoOnFromBetweenTheirCheckpoints()
    {
        Assert.Equal(0, (await Train(whole)).ExitCode);
        Directory.CreateDirectory(killed["low_b.safetensors"]);
        Assert.Equal(2, (await Train(killed)).ExitCode);
        Assert.True(File.Exists(killed["low_a.safetensors"]) && File.Exists(killed["members.unfinished.safetensors"]));
        Directory.Delete(killed["low_b.safetensors"]);

        var resumed = await Train(killed);

        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("low_a: an interrupted run is there", resumed.Error);
        foreach (var name in new[] { "low_a.safetensors", "low_b.safetensors", "full.safetensors" })
            Assert.Equal(File.ReadAllBytes(whole[name]), File.ReadAllBytes(killed[name]));
        Assert.False(File.Exists(killed["members.unfinished.safetensors"]));

        static Task<ToolRun> Train(TemporaryFolder folder) =>
            ToolRun.Of(TinyProgram.Of(TinyProgram.Robust), new Stripes(), "train", TinyProgram.Robust, "--epochs", "3", "--output", folder.Path);
    }

    // Without the seconds, which are the machine's.
    private static IEnumerable<string> Metrics(string path) => File.ReadAllLines(path).Select(line =>
    {
        var facts = JsonNode.Parse(line)!.AsObject();
        facts.Remove("seconds");
        return facts.ToJsonString();
    });
}
