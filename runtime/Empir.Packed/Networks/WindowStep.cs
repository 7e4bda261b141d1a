using System.Runtime.CompilerServices;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>
/// A convolution or linear layer as sums over windows. A window is read where it lies, row by row, or, if it is dilated or the
/// channels are grouped, gathered before.
/// </summary>
internal abstract unsafe class WindowStep : Step
{
    // A band's sums stay in the first-level cache.
    private const int BandBytes = 24 * 1024;

    private readonly Plane input;
    private readonly PackedShape output;
    private readonly PackedWindow window;
    private readonly int groups;
    private readonly int multiple;
    private int[] offsets = [];

    /// <param name="input">What it reads; its border grows to what the windows reach over.</param>
    /// <param name="output">Shape of the result.</param>
    /// <param name="window">The window; a linear layer's is the pixel itself.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="multiple">What a gathered run's length is a multiple of.</param>
    protected WindowStep(Plane input, PackedShape output, PackedWindow window, int groups, int multiple)
    {
        this.input = input;
        this.output = output;
        this.window = window;
        this.groups = groups;
        this.multiple = multiple;
        input.Grow(
            window.Top, window.Left,
            Math.Max(window.Rows(output.Height) - window.Top - input.Shape.Height, 0), Math.Max(window.Columns(output.Width) - window.Left - input.Shape.Width, 0));
    }

    /// <summary>Whether windows have to be gathered.</summary>
    protected bool IsGathered => groups > 1 || (window.DilationX > 1 && window.Width > 1);

    protected int Groups => groups;

    protected Plane Input => input;

    protected PackedShape Output => output;

    /// <summary>Channels of a group.</summary>
    protected int GroupChannels => input.Shape.Channels / groups;

    /// <summary>Outputs of a group.</summary>
    protected int GroupOutputs => output.Channels / groups;

    protected int RunCount => IsGathered ? 1 : window.Height;

    protected int RunLength => IsGathered ? Tiles.Round(window.Height * window.Width * GroupChannels, multiple) : window.Width * input.ChannelStride;

    /// <summary>Bytes of which every window's place is a multiple, where a value is a byte.</summary>
    protected int Step => IsGathered ? multiple : input.ChannelStride;

    protected int RowBytes => window.DilationY * input.RowBytes;

    /// <summary>Pixels of one image.</summary>
    protected int Pixels => output.Height * output.Width;

    // A whole number of every kernel's tiles.
    private int BandPixels => Math.Max(BandBytes / sizeof(int) / output.Channels / 24 * 24, 24);

    /// <summary>Bytes of a band's sums.</summary>
    protected long BandSumBytes => (long)BandPixels * output.Channels * sizeof(int);

    /// <summary>Images whose pixels are one sequence: one, or where those are few, all.</summary>
    protected int Together(int images) => Pixels >= 16 ? 1 : images;

    /// <summary>Gathered windows of a band.</summary>
    protected long GatherBytes => IsGathered ? ((long)BandPixels * RunLength * input.ElementSize) + Plane.Slack : 0;

    /// <summary>Weights [outputs, C / groups, kH, kW] as the kernel takes them: [outputs, rows, run], zeros where nothing is.</summary>
    protected T[] Arrange<T>(T[] weights, int group) where T : unmanaged
    {
        var terms = RunCount * RunLength;
        var (height, width, channels) = (window.Height, window.Width, GroupChannels);
        var stride = IsGathered ? channels : input.ChannelStride;
        var arranged = new T[GroupOutputs * terms];
        for (var o = 0; o < GroupOutputs; o++)
        {
            var own = weights.AsSpan(((group * GroupOutputs) + o) * channels * height * width);
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    for (var c = 0; c < channels; c++)
                        arranged[(o * terms) + (((y * width) + x) * stride) + c] = own[(((c * height) + y) * width) + x];
                }
            }
        }
        return arranged;
    }

    public override void Finish(int chunk)
    {
        offsets = new int[chunk * Pixels];
        for (var p = 0; p < offsets.Length; p++)
        {
            var (image, y, x) = (p / Pixels, p % Pixels / output.Width, p % output.Width);
            offsets[p] = checked((image * input.ImageBytes) + input.At((y * window.StrideY) - window.Top, (x * window.StrideX) - window.Left));
        }
    }

    /// <summary>Called before the bands of some images.</summary>
    protected virtual void Begin(in Chunk chunk, int image, int images) { }

    /// <summary>Computes some pixels.</summary>
    /// <param name="chunk">The images.</param>
    /// <param name="first">The first pixel, counted over the images of the chunk.</param>
    /// <param name="count">How many.</param>
    /// <param name="at">Where their windows begin, in bytes from the input of the chunk's first image.</param>
    protected abstract void Band(in Chunk chunk, int first, int count, int* at);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        var together = Together(chunk.Images);
        fixed (int* all = offsets)
        {
            for (var image = 0; image < chunk.Images; image += together)
            {
                Begin(chunk, image, together);
                var end = (image + together) * Pixels;
                for (var first = image * Pixels; first < end; first += BandPixels)
                    Band(chunk, first, Math.Min(BandPixels, end - first), all + first);
            }
        }
    }

    /// <summary>Where a pixel of the result lies.</summary>
    protected byte* Target(in Chunk chunk, Plane plane, int pixel)
    {
        var (image, inside) = Math.DivRem(pixel, Pixels);
        var (y, x) = Math.DivRem(inside, output.Width);
        return chunk.Pixel(plane, image, y, x);
    }

    /// <summary>Copies the windows of a group's pixels one after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Gather(byte* image, int* at, int count, int group, byte* gathered)
    {
        var bytes = GroupChannels * input.ElementSize;
        for (var p = 0; p < count; p++)
        {
            var to = gathered + ((long)p * RunLength * input.ElementSize);
            for (var y = 0; y < window.Height; y++)
            {
                var from = image + at[p] + (y * RowBytes) + (group * bytes);
                for (var x = 0; x < window.Width; x++, to += bytes, from += window.DilationX * input.PixelBytes)
                    Buffer.MemoryCopy(from, to, bytes, bytes);
            }
            // Behind the window, where a kernel may read whole groups of bytes.
            new Span<byte>(to, (RunLength * input.ElementSize) - (window.Height * window.Width * bytes)).Clear();
        }
    }
}
