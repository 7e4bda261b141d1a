using Empir.Formats;

namespace Empir.Data;

/// <summary>Opens a dataset's files and says what is wrong with them in the user's terms.</summary>
internal static class DatasetFile
{
    /// <summary>Reads one file.</summary>
    /// <param name="path">The file, or the name of what is embedded.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="MissingDataException">It is not there.</exception>
    /// <exception cref="UserErrorException">It cannot be read, or is damaged.</exception>
    public static T Read<T>(string path, Func<Stream> open, Func<Stream, T> read)
    {
        try
        {
            using var stream = open();
            return read(stream);
        }
        catch (EndOfStreamException error)
        {
            throw new CorruptFileException(path, "it is cut off", error);
        }
        catch (InvalidDataException error)
        {
            throw new CorruptFileException(path, $"it does not decompress ({error.Message})", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MissingDataException($"{path} is not there; fetch it, or name the dataset's folder with --data.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
