using Empir.Attacks;

namespace Empir.Data;

/// <summary>Chooses what is cut out of an image.</summary>
/// <param name="index">The image's index in its dataset.</param>
/// <param name="height">Its height as it is stored.</param>
/// <param name="width">Its width as it is stored.</param>
internal delegate ImageCut ImageCutter(long index, int height, int width);

/// <summary>A rectangle of an image's pixels.</summary>
internal readonly record struct ImageCut(int Top, int Left, int Height, int Width)
{
    private const int Attempts = 10;
    private const double MostAspect = 4.0 / 3;

    /// <summary>
    /// A rectangle at a random place: its share of the area is uniform from the least on, the logarithm of width over height uniform
    /// between those of 3/4 and 4/3 (Szegedy et al., arXiv 1409.4842; in torchvision's form: ten attempts, then the middle).
    /// </summary>
    public static ImageCut Random(ImageRandom random, double leastShare, int height, int width)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.NextBetween(leastShare, 1) * height * width;
            var aspect = Math.Exp(random.NextBetween(-1, 1) * Math.Log(MostAspect));
            var (high, wide) = ((int)Math.Round(Math.Sqrt(area / aspect)), (int)Math.Round(Math.Sqrt(area * aspect)));
            if (high >= 1 && high <= height && wide >= 1 && wide <= width)
                return new((int)random.Next(height - high + 1), (int)random.Next(width - wide + 1), high, wide);
        }
        return Middle(height, width);
    }

    // The largest that is no wider and no higher than a random one may be.
    private static ImageCut Middle(int height, int width)
    {
        var wide = Math.Max(Math.Min(width, (int)(height * MostAspect)), 1);
        var high = Math.Max(Math.Min(height, (int)(width * MostAspect)), 1);
        return new((height - high) / 2, (width - wide) / 2, high, wide);
    }
}
