using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// Winograd's convolution over tiles of 4x4 outputs: a tile's n x n pixels become values at as many points, a kernel over floats
/// multiplies those of many tiles by the point's filters, and its sums become outputs. n² multiplications take the place of
/// 16r²: 36 of 144 for windows of 3x3, 64 of 400 for those of 5x5.
/// </summary>
internal abstract unsafe class WinogradKernel(FloatKernel products)
{
    /// <summary>Tiles that are multiplied together: their values and sums stay in the second-level cache. Whole tiles of every kernel.</summary>
    public const int Together = 24;

    // A point's values lie one cache line further, so that those of a pixel do not all fall into the same few sets of the cache.
    private const int Apart = 16;

    /// <summary>Such as <c>f32-winograd-4x4-8x32-avx512f-fma</c>: its tile of outputs, then those of the kernel that multiplies.</summary>
    public string Name => products.Name.Replace("conv", "winograd-4x4", StringComparison.Ordinal);

    /// <summary>Whether this processor has its instructions.</summary>
    public bool IsSupported => products.IsSupported;

    /// <summary>Floats of a vector.</summary>
    protected abstract int Lanes { get; }

    /// <summary>
    /// Estimated cycles for the tiles of an image: the products, three for each vector that is transformed, and the reading of all
    /// filters, once per image. The last two were measured on a Zen 4 core, on nineteen convolutions, in units of the kernel on pixels.
    /// </summary>
    public double Cycles(in WinogradSums sums, int tiles) =>
        (sums.Points * products.Cycles(sums.Products, tiles)) + (tiles * sums.Points * (3.0 * (PaddedChannels(sums) + PaddedOutputs(sums)) / Lanes)) + (PackedBytes(sums) / 32.0);

    /// <summary>Sums that it writes for a pixel: the outputs and what fills up its vectors.</summary>
    public int PaddedOutputs(in WinogradSums sums) => products.PaddedOutputs(sums.Products);

    /// <summary>Bytes of packed weights.</summary>
    public long PackedBytes(in WinogradSums sums) => sums.Points * products.PackedBytes(sums.Products);

    /// <summary>Packs weights [outputs, channels, r, r].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(in WinogradSums sums, ReadOnlySpan<float> weights, float* packed)
    {
        var values = WinogradFilters.Transform(sums.Window == 3 ? WinogradTransforms6.Points : WinogradTransforms8.Points, sums.Window, weights);
        var (filters, size) = (sums.Channels * sums.Outputs, products.PackedBytes(sums.Products) / sizeof(float));
        for (var i = 0; i < sums.Points; i++, packed += size)
            products.Pack(sums.Products, values.AsSpan(i * (values.Length / sums.Points), filters), packed);
    }

    /// <summary>Bytes that the other methods need, from a multiple of 64 on.</summary>
    public long ScratchBytes(in WinogradSums sums) => (SumsAt(sums) + ((long)sums.Points * SumsStride(sums))) * sizeof(float);

    /// <summary>Computes the sums of some tiles at all points.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="input">The pixels, channels one beside the other; a vector may be read from each.</param>
    /// <param name="row">Floats from one row to the next.</param>
    /// <param name="offsets">Where the tiles begin, in bytes.</param>
    /// <param name="tiles">Number of tiles, at most <see cref="Together" />.</param>
    /// <param name="scratch">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(in WinogradSums sums, float* packed, byte* input, int row, int* offsets, int tiles, float* scratch)
    {
        var (channels, stride, size) = (PaddedChannels(sums), ValuesStride(sums), (nint)(products.PackedBytes(sums.Products) / sizeof(float)));
        float* values = scratch + ValuesAt(sums), results = scratch + SumsAt(sums);
        var places = stackalloc int[Together];
        for (var t = 0; t < tiles; t++)
        {
            places[t] = t * channels;
            Image(sums, (float*)(input + offsets[t]), row, scratch, values + places[t], stride);
        }
        var rows = 0;
        for (var i = 0; i < sums.Points; i++, packed += size, values += stride, results += SumsStride(sums))
            products.Run(sums.Products, packed, values, &rows, places, tiles, results, PaddedOutputs(sums));
    }

    /// <summary>Turns a tile's sums into outputs: so many rows and columns of pixels, one after the other; there is room for 16.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="rows">Rows that are there.</param>
    /// <param name="columns">Columns that are there.</param>
    /// <param name="scratch">The sums.</param>
    /// <param name="output">Takes <see cref="PaddedOutputs" /> floats for each pixel.</param>
    public void Outputs(in WinogradSums sums, int tile, int rows, int columns, float* scratch, float* output) =>
        Outputs(sums, scratch + SumsAt(sums) + ((nint)tile * PaddedOutputs(sums)), SumsStride(sums), rows, columns, scratch, output);

    /// <summary>From n x n pixels to values at the points.</summary>
    protected abstract void Image(in WinogradSums sums, float* from, nint row, float* work, float* to, nint stride);

    /// <summary>From sums at the points to outputs.</summary>
    protected abstract void Outputs(in WinogradSums sums, float* from, nint stride, int rows, int columns, float* work, float* to);

    /// <summary>Channels and what fills up the narrowest vectors that take them.</summary>
    protected int PaddedChannels(in WinogradSums sums) => Tiles.Round(sums.Channels, sums.Channels <= 4 ? 4 : sums.Channels <= 8 ? 8 : Lanes);

    private int ValuesStride(in WinogradSums sums) => (Together * PaddedChannels(sums)) + Apart;

    private int SumsStride(in WinogradSums sums) => (Together * PaddedOutputs(sums)) + Apart;

    // First what one tile needs between rows and columns, a vector for each point.
    private int ValuesAt(in WinogradSums sums) => sums.Points * Lanes;

    private int SumsAt(in WinogradSums sums) => ValuesAt(sums) + (sums.Points * ValuesStride(sums));
}

/// <summary>The transforms, in vectors of channels or outputs.</summary>
internal sealed unsafe class WinogradKernel<TVector, V>(FloatKernel products) : WinogradKernel(products) where TVector : struct, IFloatVector<V> where V : unmanaged
{
    protected override int Lanes => sizeof(V) / sizeof(float);

    protected override void Image(in WinogradSums sums, float* from, nint row, float* work, float* to, nint stride)
    {
        if (sums.Window == 3)
            Image<WinogradTransforms6>(sums.Channels, from, row, work, to, stride);
        else
            Image<WinogradTransforms8>(sums.Channels, from, row, work, to, stride);
    }

    protected override void Outputs(in WinogradSums sums, float* from, nint stride, int rows, int columns, float* work, float* to)
    {
        if (sums.Window == 3)
            Outputs<WinogradTransforms6>(PaddedOutputs(sums), from, stride, rows, columns, work, to);
        else
            Outputs<WinogradTransforms8>(PaddedOutputs(sums), from, stride, rows, columns, work, to);
    }

    private static void Image<TTransforms>(int channels, float* from, nint row, float* work, float* to, nint stride) where TTransforms : struct, IWinogradTransforms
    {
        if (channels <= 4)
            Image<TTransforms, Floats128, Vector128<float>>(channels, from, row, work, to, stride);
        else if (channels <= 8)
            Image<TTransforms, Floats256, Vector256<float>>(channels, from, row, work, to, stride);
        else
            Image<TTransforms, TVector, V>(channels, from, row, work, to, stride);
    }

    // Columns, then rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Image<TTransforms, TOwn, W>(int channels, float* from, nint row, float* work, float* to, nint stride)
        where TTransforms : struct, IWinogradTransforms where TOwn : struct, IFloatVector<W> where W : unmanaged
    {
        var (size, lanes) = (TTransforms.Size, sizeof(W) / sizeof(float));
        for (var c = 0; c < channels; c += lanes)
        {
            for (var x = 0; x < size; x++)
                TTransforms.Image<TOwn, W>(from + ((nint)x * channels) + c, row, work + (x * lanes), size * lanes);
            for (var y = 0; y < size; y++)
                TTransforms.Image<TOwn, W>(work + (y * size * lanes), lanes, to + (y * size * stride) + c, stride);
        }
    }

    // Columns, then rows. What a row writes beyond its columns, the next one writes over.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outputs<TTransforms>(int outputs, float* from, nint stride, int rows, int columns, float* work, float* to)
        where TTransforms : struct, IWinogradTransforms
    {
        var (size, lanes) = (TTransforms.Size, sizeof(V) / sizeof(float));
        for (var o = 0; o < outputs; o += lanes)
        {
            for (var x = 0; x < size; x++)
                TTransforms.Outputs<TVector, V>(from + (x * stride) + o, size * stride, work + (x * lanes), size * lanes);
            for (var y = 0; y < rows; y++)
                TTransforms.Outputs<TVector, V>(work + (y * size * lanes), lanes, to + ((nint)y * columns * outputs) + o, outputs);
        }
    }
}
