namespace Empir.Evaluation;

/// <summary>What one cell of a table has counted so far; what is left is the same for a cell that was interrupted.</summary>
/// <param name="Right">One character per image that is done, 1 where it is decided right.</param>
/// <param name="Distance">Sum of the Euclidean changes of the broken images, added in the images' order.</param>
/// <param name="Broken">Images that were right before and no longer are.</param>
/// <param name="Linf">Largest change of any pixel.</param>
/// <param name="Tried">Images that were attacked.</param>
internal sealed record Tally(string Right, double Distance, int Broken, double Linf, int Tried)
{
    public static Tally Empty { get; } = new("", 0, 0, 0, 0);

    /// <summary>Goes on to the batch's end; what was passed over is not right.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="right">Which of them are decided right.</param>
    public Tally Add(ImageBatch batch, bool[] right)
    {
        var digits = new char[batch.End - Right.Length];
        Array.Fill(digits, '0');
        for (var i = 0; i < right.Length; i++)
            digits[batch.Images[i] - Right.Length] = right[i] ? '1' : '0';
        return this with { Right = Right + new string(digits) };
    }

    /// <summary>A cell that says only which images are right.</summary>
    public static CellResult OfRight(string system, string right) => (Empty with { Right = right }).Cell(system, surface: null);

    public CellResult Cell(string system, string? surface) => new(
        system, surface, Right.Length == 0 ? 0 : (double)Right.Count(one => one == '1') / Right.Length,
        Broken > 0 ? Distance / Broken : null, Tried == 0 ? null : Linf, Right)
    {
        Tried = Tried,
    };
}
