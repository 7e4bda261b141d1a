using Empir.Attacks;
using Empir.Data;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// Random changes of training images, in this order: resized crop, rotate and stretch, crop, flip, cutout. What is drawn for an image depends on
/// seed, epoch and the image's index alone, not on its batch or the device.
/// </summary>
/// <param name="Crop">Zeros added on every side before a random crop to the old size (He et al., arXiv 1512.03385, use 4); 0 for none.</param>
/// <param name="Flip">Whether an image is mirrored left to right with probability 1/2.</param>
/// <param name="Cutout">
/// Side of a square of zeros around a random pixel, cut off at the border (DeVries and Taylor, arXiv 1708.04552); 0 for none.
/// </param>
/// <param name="Rotate">Degrees by which an image is turned about its middle at most, either way; what comes in is zero; 0 for none.</param>
/// <param name="Stretch">Height and width are each multiplied by a factor of their own from 1 - Stretch to 1 + Stretch; 0 for none.</param>
/// <param name="ResizedCrop">
/// Least share of the area of a rectangle that is cut out of the image as it is kept, 3/4 to 4/3 as wide as high, and scaled to its size (Szegedy et al.,
/// arXiv 1409.4842); from image folders it is of the whole file; 0 for none. It is done as images are read.
/// </param>
public sealed record AugmentationSettings(int Crop = 0, bool Flip = false, int Cutout = 0, double Rotate = 0, double Stretch = 0, double ResizedCrop = 0)
{
    // What a checkpoint's recipe said before there was a choice stays as it was.
    internal FormattableString Line
    {
        get
        {
            if (ResizedCrop > 0)
                return $"augmentation resized_crop {ResizedCrop} rotate {Rotate} stretch {Stretch} crop {Crop} flip {Flip} cutout {Cutout}";
            if (!Warps)
                return $"augmentation crop {Crop} flip {Flip} cutout {Cutout}";
            return $"augmentation rotate {Rotate} stretch {Stretch} crop {Crop} flip {Flip} cutout {Cutout}";
        }
    }

    private bool Warps => (Rotate, Stretch) != (0, 0);

    /// <summary>What is cut out of images as they are read, with numbers of its own; null for nothing.</summary>
    internal ImageCutter? Cut(long seed) => ResizedCrop > 0
        ? (index, height, width) => ImageCut.Random(new(ImageRandom.Mix(ImageRandom.Mix(seed, index), 2)), ResizedCrop, height, width)
        : null;

    /// <summary>Changes a batch: all but the resized crop, which is done as images are read.</summary>
    /// <param name="images">[N, C, H, W], not changed.</param>
    /// <param name="indices">Each image's index in its dataset.</param>
    /// <param name="seed">Decides, with the index, what happens to an image.</param>
    /// <returns>[N, C, H, W], a new tensor.</returns>
    public Tensor Apply(Tensor images, ReadOnlySpan<long> indices, long seed)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        // Where every pixel comes from; all three changes only move pixels or blacken them.
        var sources = new long[indices.Length * height * width];
        var kept = new float[sources.Length];
        for (var image = 0; image < indices.Length; image++)
        {
            var area = image * height * width;
            Place(new ImageRandom(ImageRandom.Mix(seed, indices[image])), height, width, sources.AsSpan(area, height * width), kept.AsSpan(area, height * width));
        }
        var flat = Warped(images, indices, seed).flatten(2);
        var from = tensor(sources).view(indices.Length, 1, height * width).to(images.device).expand_as(flat);
        var mask = tensor(kept).view(indices.Length, 1, height * width).to(images.device);
        return flat.gather(2, from).mul_(mask).view_as(images).MoveToOuterDisposeScope();
    }

    // Every pixel between the four nearest to where it comes from; numbers of its own, so that the other changes keep theirs.
    private Tensor Warped(Tensor images, ReadOnlySpan<long> indices, long seed)
    {
        if (!Warps)
            return images;
        var maps = new float[indices.Length * 6];
        var sides = (double)images.shape[2] / images.shape[3];
        for (var image = 0; image < indices.Length; image++)
        {
            var random = new ImageRandom(ImageRandom.Mix(ImageRandom.Mix(seed, indices[image]), 1));
            var (sine, cosine) = Math.SinCos(random.NextBetween(-1, 1) * Rotate * Math.PI / 180);
            var (height, width) = (1 + random.NextBetween(-1, 1) * Stretch, 1 + random.NextBetween(-1, 1) * Stretch);
            // From a pixel's place to where it comes from, both from -1 to 1 across the image.
            double[] map = [cosine / width, sine * sides / width, 0, -sine / sides / height, cosine / height, 0];
            for (var i = 0; i < map.Length; i++)
                maps[(image * map.Length) + i] = (float)map[i];
        }
        var theta = tensor(maps).view(-1, 2, 3).to(images.device);
        return nn.functional.grid_sample(images, nn.functional.affine_grid(theta, images.shape, false), align_corners: false);
    }

    private void Place(ImageRandom random, int height, int width, Span<long> sources, Span<float> kept)
    {
        // Drawn whether used or not, so that one change does not decide another's numbers.
        var (down, right) = ((int)random.Next((2 * Crop) + 1) - Crop, (int)random.Next((2 * Crop) + 1) - Crop);
        var mirrored = random.NextSign() < 0 && Flip;
        var (top, left) = ((int)random.Next(height) - (Cutout / 2), (int)random.Next(width) - (Cutout / 2));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (fromY, fromX) = (y + down, (mirrored ? width - 1 - x : x) + right);
                var inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                var cut = y >= top && y < top + Cutout && x >= left && x < left + Cutout;
                var pixel = (y * width) + x;
                sources[pixel] = inside ? ((long)fromY * width) + fromX : 0;
                kept[pixel] = inside && !cut ? 1 : 0;
            }
    }
}
