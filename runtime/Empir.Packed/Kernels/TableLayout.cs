namespace Empir.Packed.Kernels;

/// <summary>Which tables a run needs, when there are tables at every step of a row of levels.</summary>
/// <param name="Tables">Tables of a step.</param>
/// <param name="Span">Bytes from one group of a run to the next, within a step or over several.</param>
/// <param name="Stride">Tables from one group of a run to the next.</param>
/// <param name="Step">Bytes of a step.</param>
/// <param name="Groups">Groups of a run.</param>
internal readonly record struct TableLayout(int Tables, int Span, int Stride, int Step, int Groups)
{
    /// <summary>The layout for tables of so many levels: a step has several, or if it is smaller, every table goes over as many steps as fit.</summary>
    public static TableLayout Of(in LevelSums sums, int levels)
    {
        var layout = sums.Step >= levels
            ? new TableLayout((sums.Step + levels - 1) / levels, levels, 1, sums.Step, 0)
            : new TableLayout(1, levels / sums.Step * sums.Step, levels / sums.Step, int.MaxValue, 0);
        return layout with { Groups = layout.Place(sums.Run - 1).Group + 1 };
    }

    /// <summary>The group of a byte of a run, and its place there.</summary>
    public (int Group, int Bit) Place(int k) => ((k / Step * Tables) + (k % Step / Span), k % Step % Span);
}
