namespace Empir.CommandLine.Work;

/// <summary>The folder of an ensemble's checkpoints and results, and their names in it.</summary>
/// <param name="Folder">Its path as the user gave it.</param>
public sealed record OutputFolder(string Folder)
{
    /// <summary>What an evaluation found.</summary>
    public string Evaluation => Path.Combine(Folder, "evaluation.json");

    /// <summary>How long it took.</summary>
    public string EvaluationTime => Empir.Evaluation.EvaluationTime.PathBeside(Evaluation);

    /// <summary>The same for people.</summary>
    public string Report => Path.Combine(Folder, "report.html");

    /// <summary>A packed ensemble.</summary>
    public string Pack(string ensemble) => Path.Combine(Folder, $"{ensemble}.empirpack");

    /// <summary>A trained member.</summary>
    public string Checkpoint(string member) => Path.Combine(Folder, $"{member}.safetensors");

    /// <summary>Makes sure, before hours of work, that its results can be written.</summary>
    /// <exception cref="UserErrorException">The folder cannot be made, or nothing can be written into it.</exception>
    internal void Prepare()
    {
        var probe = Path.Combine(Folder, $".probe-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"--output {Folder}: nothing can be written there ({error.Message.TrimEnd('.')}). Choose another folder with --output.", error);
        }
    }
}
