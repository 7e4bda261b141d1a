using System.Runtime.CompilerServices;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>A convolution in full precision as <see cref="WinogradKernel" /> does it, with what follows it value by value.</summary>
internal sealed unsafe class WinogradStep : Step
{
    private readonly Plane input, target;
    private readonly PackedShape output;
    private readonly PackedWindow window;
    private readonly WinogradKernel kernel;
    private readonly WinogradSums sums;
    private readonly Lazy<float[]> weights;
    private readonly FloatEpilogue epilogue;
    private int[] offsets = [], places = [], firsts = [];

    /// <param name="input">Activations; its border grows to what the tiles reach over.</param>
    /// <param name="output">Shape of the result.</param>
    /// <param name="window">The window.</param>
    /// <param name="sums">What is computed.</param>
    /// <param name="weights">[outputs, C, kH, kW].</param>
    /// <param name="epilogue">What follows.</param>
    /// <param name="target">What is written.</param>
    /// <param name="kernel">The kernel.</param>
    public WinogradStep(
        Plane input, PackedShape output, PackedWindow window, in WinogradSums sums, Lazy<float[]> weights, FloatEpilogue epilogue, Plane target, WinogradKernel kernel)
    {
        (this.input, this.target, this.output, this.window) = (input, target, output, window);
        (this.sums, this.weights, this.epilogue, this.kernel) = (sums, weights, epilogue, kernel);
        int Beyond(int tiles, int before, int size) => Math.Max((tiles * WinogradSums.Tile) + window.Height - 1 - before - size, 0);
        input.Grow(window.Top, window.Left, Beyond(Down, window.Top, input.Shape.Height), Beyond(Across, window.Left, input.Shape.Width));
    }

    public override string Kernel => kernel.Name;

    public override long? SharedBytes => kernel.PackedBytes(sums);

    public override double Cycles => kernel.Cycles(sums, Down * Across);

    public override long ScratchBytes => OutputBytes + kernel.ScratchBytes(sums);

    private int Down => WinogradSums.TilesOver(output.Height);

    private int Across => WinogradSums.TilesOver(output.Width);

    // A tile's outputs.
    private long OutputBytes => Tiles.Round64((long)WinogradSums.Tile * WinogradSums.Tile * kernel.PaddedOutputs(sums) * sizeof(float));

    public override void Finish(int chunk)
    {
        Packed = [new(kernel.PackedBytes(sums))];
        kernel.Pack(sums, weights.Value, (float*)Packed[0].Memory);
        offsets = new int[chunk * Down * Across];
        firsts = new int[offsets.Length];
        places = new int[chunk * output.Height * output.Width];
        var (tiles, pixels, next) = (Down * Across, output.Height * output.Width, 0);
        for (var t = 0; t < tiles; t++)
        {
            var (y, x) = (t / Across * WinogradSums.Tile, t % Across * WinogradSums.Tile);
            offsets[t] = input.At(y - window.Top, x - window.Left);
            firsts[t] = next;
            for (var row = y; row < Math.Min(y + WinogradSums.Tile, output.Height); row++)
            {
                for (var column = x; column < Math.Min(x + WinogradSums.Tile, output.Width); column++)
                    places[next++] = target.At(row, column);
            }
        }
        // The other images' tiles lie as the first one's.
        for (var t = tiles; t < offsets.Length; t++)
            (offsets[t], firsts[t]) = (offsets[t - tiles] + input.ImageBytes, firsts[t - tiles] + pixels);
        for (var p = pixels; p < places.Length; p++)
            places[p] = places[p - pixels] + target.ImageBytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        byte* images = chunk.Image(input, 0), results = chunk.Image(target, 0);
        float* outputs = (float*)chunk.Scratch, scratch = (float*)(chunk.Scratch + OutputBytes);
        var stride = kernel.PaddedOutputs(sums);
        var (begin, end) = chunk.Share(chunk.Images * Down * Across, 1);
        fixed (int* from = offsets, to = places)
        {
            for (var first = begin; first < end; first += WinogradKernel.Together)
            {
                var count = Math.Min(WinogradKernel.Together, end - first);
                kernel.Multiply(sums, (float*)Packed[0].Memory, images, input.RowBytes / sizeof(float), from + first, count, scratch);
                for (var t = 0; t < count; t++)
                {
                    var (y, x) = ((first + t) / Across % Down * WinogradSums.Tile, (first + t) % Across * WinogradSums.Tile);
                    var (rows, columns) = (Math.Min(WinogradSums.Tile, output.Height - y), Math.Min(WinogradSums.Tile, output.Width - x));
                    kernel.Outputs(sums, t, rows, columns, scratch, outputs);
                    epilogue.Apply(outputs, stride, rows * columns, results, to + firsts[first + t]);
                }
            }
        }
    }
}
