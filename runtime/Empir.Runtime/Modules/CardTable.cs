namespace Empir.Modules;

/// <summary>Facts of a card as a table of words, for a text, a console or a page; numbers are formatted alike everywhere.</summary>
/// <param name="Title">What the rows are.</param>
/// <param name="Words">Headers of the first columns, which hold words and are aligned left.</param>
/// <param name="Numbers">Headers of the remaining columns, which hold numbers and are aligned right.</param>
/// <param name="Rows">Every row's cells, as many as there are headers; the last row is the sum.</param>
public sealed record CardTable(
    string Title, IReadOnlyList<string> Words, IReadOnlyList<string> Numbers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The header and the rows as lines of one length, with two spaces between columns.</summary>
    internal IEnumerable<string> Lines()
    {
        IReadOnlyList<string>[] lines = [[.. Words, .. Numbers], .. Rows];
        var widths = lines[0].Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        return lines.Select(line => string.Join("  ", line.Select((cell, column) =>
            column < Words.Count ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
    }
}
