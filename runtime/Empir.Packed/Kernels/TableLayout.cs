using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>
/// Which levels share a table. A step has several tables, or if it is smaller, a table goes over as many steps as fit; or tables begin
/// wherever one of a run may, and a run has no more of them than its levels need.
/// </summary>
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
        (Distance, Stride, Weights) = (Tables > 1 ? levels : step, Tables > 1 ? 1 : Steps, Steps * used);
        // Every multiple of what a step and a table's levels have in common: a few more tables, but fewer of them under a window.
        var common = CommonDivisor(step, levels);
        if (used == step && Steps == 1 && Tables == 1 && (sums.Run + levels - 1) / levels < Groups)
            (Tables, Steps, Groups, Distance, Stride, Weights) = (step / common, levels, (sums.Run + levels - 1) / levels, common, levels / common, sums.Run);
    }

    /// <summary>Tables that begin at a step.</summary>
    public int Tables { get; }

    /// <summary>Tables that a run reads.</summary>
    public int Groups { get; }

    /// <summary>Tables from one group of a run to the next.</summary>
    public int Stride { get; }

    /// <summary>Bytes from where one table's levels begin to where the next one's do, of those made together.</summary>
    public int Distance { get; }

    /// <summary>Weights that are divided among tables together: those of some steps, or of a run.</summary>
    public int Weights { get; }

    // Steps that a table goes over; where tables begin within steps, so many as its levels are sure to lie in.
    private int Steps { get; }

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

    private static int CommonDivisor(int a, int b) => b == 0 ? a : CommonDivisor(b, a % b);
}
