using System.Runtime.CompilerServices;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>
/// A convolution or linear layer as sums over windows, which are read where they lie: row by row, or, if they are dilated or the
/// channels are grouped, pixel by pixel.
/// </summary>
internal abstract unsafe class WindowStep : Step
{
    // A band's sums stay in the first-level cache, unless those of the fewest pixels of a kernel's band are more.
    private const int BandBytes = 24 * 1024;

    private readonly Plane input, target;
    private readonly PackedShape output;
    private readonly PackedWindow window;
    private readonly int groups;
    private int[] offsets = [], targets = [];
    private int[][] rows = [];
    private int together, bandStride, bandPixels, sharePixels;

    /// <param name="input">What it reads; its border grows to what the windows reach over.</param>
    /// <param name="target">What it writes.</param>
    /// <param name="output">Shape of the result.</param>
    /// <param name="window">The window; a linear layer's is the pixel itself.</param>
    /// <param name="groups">Groups of channels.</param>
    protected WindowStep(Plane input, Plane target, PackedShape output, PackedWindow window, int groups)
    {
        (this.input, this.target, this.output, this.window, this.groups) = (input, target, output, window, groups);
        input.Grow(
            window.Top, window.Left,
            (int)Math.Max(window.Rows(output.Height) - window.Top - input.Shape.Height, 0), (int)Math.Max(window.Columns(output.Width) - window.Left - input.Shape.Width, 0));
    }

    protected int Groups => groups;

    protected Plane Input => input;

    protected PackedShape Output => output;

    /// <summary>Channels of a group.</summary>
    protected int GroupChannels => input.Shape.Channels / groups;

    /// <summary>Outputs of a group.</summary>
    protected int GroupOutputs => output.Channels / groups;

    protected int RunCount => IsByPixel ? window.Height * window.Width : window.Height;

    protected int RunLength => groups > 1 ? GroupChannels : IsByPixel ? input.ChannelStride : window.Width * input.ChannelStride;

    /// <summary>Pixels of one image.</summary>
    protected int Pixels => output.Height * output.Width;

    /// <summary>Sums from one pixel of a band to the next.</summary>
    protected int BandStride => bandStride;

    /// <summary>Bytes of a band's sums.</summary>
    protected long BandSumBytes => Tiles.Round64((long)bandPixels * bandStride * sizeof(int));

    /// <summary>Images whose pixels are one sequence.</summary>
    protected int Together => together;

    private bool IsByPixel => groups > 1 || (window.DilationX > 1 && window.Width > 1);

    /// <summary>A group's weights [outputs, C / groups, kH, kW] as the kernel takes them: [outputs, rows, run].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected ReadOnlySpan<T> Arrange<T>(ReadOnlySpan<T> weights, int group) where T : unmanaged
    {
        var terms = GroupChannels * window.Area;
        weights = weights.Slice(group * GroupOutputs * terms, GroupOutputs * terms);
        // A pixel alone is arranged as it is.
        if (window.Area == 1)
            return weights;
        var arranged = GC.AllocateUninitializedArray<T>(weights.Length);
        for (var o = 0; o < GroupOutputs; o++)
            Arrange(weights.Slice(o * terms, terms), arranged.AsSpan(o * terms, terms));
        return arranged;
    }

    /// <summary>An output's weights [C / groups, kH, kW] as [kH, kW, C / groups].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Arrange<T>(ReadOnlySpan<T> weights, Span<T> arranged) where T : unmanaged
    {
        var (channels, area) = (GroupChannels, window.Area);
        fixed (T* from = weights, all = arranged)
        {
            var to = all;
            for (var place = 0; place < area; place++)
            {
                var weight = from + place;
                for (var c = 0; c < channels; c++, weight += area)
                    *to++ = *weight;
            }
        }
    }

    /// <summary>Places in units of an input's elements.</summary>
    /// <param name="chunk">Images of a chunk.</param>
    /// <param name="together">How many of them are one sequence of pixels.</param>
    /// <param name="paddedOutputs">Sums that the kernel writes for a pixel and a group.</param>
    /// <param name="bandMultiple">A band has a multiple of so many pixels.</param>
    /// <param name="shareMultiple">A thread's share begins at a multiple of so many.</param>
    protected void Finish(int chunk, int together, int paddedOutputs, int bandMultiple = Tiles.BandPixels, int shareMultiple = Tiles.BandPixels)
    {
        sharePixels = shareMultiple;
        this.together = Math.Min(together, chunk);
        bandStride = ((groups - 1) * GroupOutputs) + paddedOutputs;
        bandPixels = Math.Max(BandBytes / sizeof(int) / bandStride / bandMultiple * bandMultiple, bandMultiple);
        offsets = new int[this.together * Pixels];
        targets = new int[offsets.Length];
        var p = 0;
        for (var image = 0; image < this.together; image++)
        {
            for (var y = 0; y < output.Height; y++)
            {
                var from = ((image * input.ImageBytes) + input.At((y * window.StrideY) - window.Top, -window.Left)) / input.ElementSize;
                var to = (image * target.ImageBytes) + target.At(y, 0);
                for (var x = 0; x < output.Width; x++, p++, from += window.StrideX * input.ChannelStride, to += target.PixelBytes)
                    (offsets[p], targets[p]) = (from, to);
            }
        }
        var (below, beside) = (window.DilationY * input.RowBytes / input.ElementSize, window.DilationX * input.ChannelStride);
        rows = [.. Enumerable.Range(0, groups).Select(group => Enumerable.Range(0, RunCount)
            .Select(r => IsByPixel ? (r / window.Width * below) + (r % window.Width * beside) + (group * GroupChannels) : r * below).ToArray())];
    }

    /// <summary>Called before the bands of some images, of which this is the first.</summary>
    protected virtual void Begin(in Chunk chunk, byte* images, int count) { }

    /// <summary>Computes the sums of some pixels for a group of outputs.</summary>
    /// <param name="chunk">The images.</param>
    /// <param name="images">The input of the first of those that <see cref="Begin" /> was called for.</param>
    /// <param name="group">The group.</param>
    /// <param name="rows">Where the window's runs begin.</param>
    /// <param name="offsets">Where the windows begin.</param>
    /// <param name="count">Number of pixels.</param>
    /// <param name="band">Takes the sums.</param>
    protected abstract void Sum(in Chunk chunk, byte* images, int group, int* rows, int* offsets, int count, byte* band);

    /// <summary>Turns sums into what is written.</summary>
    /// <param name="band">The sums.</param>
    /// <param name="count">Number of pixels.</param>
    /// <param name="target">The target of the first of the images.</param>
    /// <param name="places">Where from there each pixel's result lies.</param>
    protected abstract void Store(byte* band, int count, byte* target, int* places);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        var share = chunk.Share(chunk.Images * Pixels, sharePixels);
        fixed (int* from = offsets, to = targets)
        {
            for (var image = 0; image < chunk.Images; image += together)
            {
                var count = Math.Min(together, chunk.Images - image);
                var (begin, end) = (Math.Max(share.From - (image * Pixels), 0), Math.Min(share.To - (image * Pixels), count * Pixels));
                if (begin >= end)
                    continue;
                var images = chunk.Image(input, image);
                Begin(chunk, images, count);
                for (var first = begin; first < end; first += bandPixels)
                {
                    var pixels = Math.Min(bandPixels, end - first);
                    for (var g = 0; g < groups; g++)
                    {
                        fixed (int* runs = rows[g])
                            Sum(chunk, images, g, runs, from + first, pixels, chunk.Scratch + ((long)g * GroupOutputs * sizeof(int)));
                    }
                    Store(chunk.Scratch, pixels, chunk.Image(target, image), to + first);
                }
            }
        }
    }
}
