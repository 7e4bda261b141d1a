using Empir.Data;

namespace Empir.CommandLine.Tests;

/// <summary>4x4 images in three classes: rows, columns, and plain.</summary>
/// <param name="testHeight">Height of the test images, which should be 4.</param>
internal sealed class Stripes(int testHeight = 4) : DatasetSource("stripes", ["rows", "columns", "plain"])
{
    public override DatasetSplit Load(DatasetLocation where) => new(Images(60, 4, seed: 1), Images(20, testHeight, seed: 2));

    private ImageDataset Images(int count, int height, int seed)
    {
        var random = new Random(seed);
        byte[] labels = [.. Enumerable.Range(0, count).Select(image => (byte)(image % 3))];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, height * 4).Select(pixel => Pixel(label, pixel, random)))];
        return new(Name, Classes, (1, height, 4), pixels, labels);
    }

    private static byte Pixel(int label, int pixel, Random random) =>
        (byte)(random.Next(40) + (label switch { 0 => pixel / 4 % 2, 1 => pixel % 2, _ => 0 } * 200));
}
