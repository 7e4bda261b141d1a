namespace Empir.Evaluation;

/// <summary>What one cell of a table has counted so far; what is left is the same for a cell that was interrupted.</summary>
/// <param name="Right">One character per image that is done, 1 where it is decided right.</param>
/// <param name="Distance">Sum of the Euclidean changes of the broken images, added in the images' order.</param>
/// <param name="Broken">Images that were right before and no longer are.</param>
/// <param name="Linf">Largest change of any pixel.</param>
internal sealed record Tally(string Right, double Distance, int Broken, double Linf)
{
    public static Tally Empty { get; } = new("", 0, 0, 0);

    public CellResult Cell(string system, string? surface) => new(
        system, surface, Right.Length == 0 ? 0 : (double)Right.Count(one => one == '1') / Right.Length,
        Broken > 0 ? Distance / Broken : null, surface is null ? null : Linf, Right);
}
