using System.Text.Json.Serialization;

namespace Empir.Packed;

/// <summary>A window that slides over an image. How far it reaches to the right and below follows from the output's shape.</summary>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of the window.</param>
/// <param name="StrideY">Rows from one output to the next.</param>
/// <param name="StrideX">Columns from one output to the next.</param>
/// <param name="Top">Padding above.</param>
/// <param name="Left">Padding on the left.</param>
/// <param name="Bottom">Padding below.</param>
/// <param name="Right">Padding on the right.</param>
/// <param name="DilationY">Rows from one pixel of the window to the next.</param>
/// <param name="DilationX">Columns from one pixel of the window to the next.</param>
[method: JsonConstructor]
public readonly record struct PackedWindow(
    int Height, int Width, int StrideY, int StrideX, int Top, int Left, int Bottom, int Right,
    [property: JsonRequired] int DilationY = 1, [property: JsonRequired] int DilationX = 1)
{
    /// <summary>Pixels under the window.</summary>
    internal int Area => Height * Width;

    /// <summary>Columns that the outputs' windows reach over, padding included.</summary>
    internal long Columns(int outputs) => ((outputs - 1) * (long)StrideX) + ((Width - 1) * (long)DilationX) + 1;

    /// <summary>Rows that the outputs' windows reach over, padding included.</summary>
    internal long Rows(int outputs) => ((outputs - 1) * (long)StrideY) + ((Height - 1) * (long)DilationY) + 1;
}
