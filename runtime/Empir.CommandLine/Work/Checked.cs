using Empir.Data;
using Empir.Packed;

namespace Empir.CommandLine.Work;

/// <summary>What a user names must be there: asking for more is a mistake, not a wish for everything.</summary>
internal static class Checked
{
    /// <exception cref="UserErrorException">There are fewer images.</exception>
    public static void Available(ImageDataset images, int count, string option)
    {
        if (count > images.Count)
            throw new UserErrorException($"{option} {count}: {images.Name} has {Words.Count(images.Count)} images.");
    }

    /// <exception cref="UserErrorException">The file cannot be read, or is no packed ensemble.</exception>
    public static PackedModel Pack(string path)
    {
        try
        {
            return PackedFile.Read(path);
        }
        catch (Exception error) when (error is PackedFileException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(error.Message, error);
        }
    }
}
