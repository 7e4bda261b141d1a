namespace Empir.CommandLine.Work;

/// <summary>Makes sure, before hours of work, that its results can be written.</summary>
internal static class OutputFolder
{
    /// <exception cref="UserErrorException">The folder cannot be made, or nothing can be written into it.</exception>
    public static void Prepare(string folder)
    {
        var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"--output {folder}: nothing can be written there ({error.Message.TrimEnd('.')}). Choose another folder with --output.", error);
        }
    }
}
