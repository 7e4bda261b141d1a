namespace Empir.Packed.Kernels;

/// <summary>What the multiply-add kernels share: tiles of 6 pixels x 2 vectors of outputs, an output's neighbouring terms in 32 bits.</summary>
internal static unsafe class MultiplyAddTile
{
    public const int Pixels = 6;

    /// <summary>[outputs, rows, run] to [outputs / tile][rows][run / terms][tile][terms], zeros where nothing is.</summary>
    public static void Pack<T>(in LevelSums sums, ReadOnlySpan<short> weights, int tileOutputs, int terms, T* packed, Func<short, T> convert) where T : unmanaged
    {
        var groups = Tiles.Round(sums.Run, terms) / terms;
        var size = (long)Tiles.Round(sums.Outputs, tileOutputs) * sums.Rows * groups * terms;
        new Span<T>(packed, checked((int)size)).Clear();
        for (var o = 0; o < sums.Outputs; o++)
        {
            for (var r = 0; r < sums.Rows; r++)
            {
                for (var k = 0; k < sums.Run; k++)
                {
                    var block = ((long)(o / tileOutputs) * sums.Rows) + r;
                    packed[(((((block * groups) + (k / terms)) * tileOutputs) + (o % tileOutputs)) * terms) + (k % terms)] = convert(weights[(o * sums.Terms) + (r * sums.Run) + k]);
                }
            }
        }
    }
}
