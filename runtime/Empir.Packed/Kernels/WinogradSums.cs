namespace Empir.Packed.Kernels;

/// <summary>A convolution with stride 1 over windows of 3x3 or 5x5, all channels with all outputs.</summary>
/// <param name="Window">3 or 5.</param>
/// <param name="Channels">Channels of a pixel.</param>
/// <param name="Outputs">Outputs.</param>
internal readonly record struct WinogradSums(int Window, int Channels, int Outputs)
{
    /// <summary>Rows and columns of outputs of a tile.</summary>
    public const int Tile = 4;

    /// <summary>Rows and columns of pixels that a tile reads.</summary>
    public int Size => Window + Tile - 1;

    /// <summary>Points at which pixels and filters are multiplied.</summary>
    public int Points => Size * Size;

    /// <summary>The products at a point: a pixel's channels with every output's.</summary>
    public FloatSums Products => new(1, Channels, Outputs);

    /// <summary>What a layer is; null if its windows are others.</summary>
    public static WinogradSums? Of(in PackedWindow window, int groups, int channels, int outputs) =>
        window is { Height: 3 or 5, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1 } && window.Width == window.Height && groups == 1
            ? new(window.Height, channels, outputs)
            : null;

    /// <summary>Tiles one beside the other that cover so many outputs.</summary>
    public static int TilesOver(int outputs) => (outputs + Tile - 1) / Tile;
}
