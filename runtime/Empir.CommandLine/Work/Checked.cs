using Empir.Data;

namespace Empir.CommandLine.Work;

/// <summary>Asking a dataset for more than it has is a mistake, not a wish for everything.</summary>
internal static class Checked
{
    /// <exception cref="UserErrorException">There are fewer images.</exception>
    public static void Available(ImageDataset images, int count, string option)
    {
        if (count > images.Count)
            throw new UserErrorException($"{option} {count}: {images.Name} has {Words.Count(images.Count)} images.");
    }
}
