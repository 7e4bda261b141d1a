using Empir.Data;

namespace Empir.Tests;

/// <summary>A task that a small network learns in seconds: the class is where a bright bar lies among noise.</summary>
internal static class Synthetic
{
    public static ImageDataset Images(int count, int seed)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(i => (byte)(i % 10)).ToArray();
        var images = new byte[count * 28 * 28];
        random.NextBytes(images);
        for (var i = 0; i < images.Length; i++)
        {
            var row = i / 28 % 28;
            var bright = row / 2 == labels[i / (28 * 28)] + 2;
            images[i] = (byte)((images[i] / 4) + (bright ? 180 : 0));
        }
        return new("synthetic", [.. Enumerable.Range(0, 10).Select(c => $"bar {c}")], (1, 28, 28), images, labels);
    }
}
