namespace Empir.Files;

/// <summary>Writes files so that a reader sees the old one or the new one, whole, and never a half-written one.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file beside its place, flushes it to the disk and moves it into place; makes the folder.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="UserErrorException">The folder or the file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? throw new UserErrorException($"{path} is a folder, not a file.");
        // Two writers at once each have their own; the later move wins.
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error)
        {
            DeleteIfThere(temporary);
            if (error is IOException or UnauthorizedAccessException)
                throw new UserErrorException($"{path} cannot be written: {error.Message} Check that the folder is yours to write and has room.", error);
            throw;
        }
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing may stop the tidying too, and is the more telling of the two.
        }
    }
}
