using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>Which levels share a table: a step has several tables, or if it is smaller, a table goes over as many steps as fit.</summary>
internal readonly record struct TableLayout
{
    private readonly int levels, step, used;

    /// <param name="sums">What is computed.</param>
    /// <param name="levels">Levels of a table.</param>
    public TableLayout(in LevelSums sums, int levels)
    {
        (this.levels, step, used) = (levels, sums.Step, sums.Used);
        Tables = (used + levels - 1) / levels;
        // A table's levels are taken out of 16 bytes.
        Steps = Math.Max(Math.Min(levels / used, ((16 - used) / step) + 1), 1);
        Groups = ((sums.Run / step) + Steps - 1) / Steps * Tables;
    }

    /// <summary>Tables that begin at a step.</summary>
    public int Tables { get; }

    /// <summary>Steps that a table goes over, and from one group of a run to the next.</summary>
    public int Steps { get; }

    /// <summary>Tables that a run reads.</summary>
    public int Groups { get; }

    /// <summary>Bytes from where one table's levels begin to where the next one's do, of those made together.</summary>
    public int Distance => Tables > 1 ? levels : step;

    /// <summary>Weights of the steps that a table goes over, or of the one step that has several tables.</summary>
    public int Weights => Steps * used;

    /// <summary>For so many tables, 16 bytes each: where from the first one's beginning each table's levels are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Spread(int tables, Span<byte> places)
    {
        places.Fill(255);
        for (var t = 0; t < tables; t++)
        {
            for (var i = 0; i < Math.Min(levels, Steps * used); i++)
                places[(t * 16) + i] = (byte)((t * Distance) + (Steps > 1 ? (i / used * step) + (i % used) : i));
        }
    }
}
