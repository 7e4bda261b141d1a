namespace Zoo.Reproduction;

/// <summary>A row of the paper's results: accuracies in per cent.</summary>
internal sealed record PaperRow(decimal Clean, decimal Cw, decimal Fgsm, decimal Bim, decimal Pgd)
{
    /// <summary>Under the attacks, in the tables' order.</summary>
    public IReadOnlyList<decimal> Attacked => [Cw, Fgsm, Bim, Pgd];

    /// <summary>The paper's summary: the mean over its four attacks.</summary>
    public decimal Average => Attacked.Average();
}

/// <summary>
/// What the paper's authors publish for a dataset: README of their code, https://github.com/sancharisen/EMPIR at commit 7cbcbde, for the
/// models of the paper (Sen, Ravindran and Raghunathan, ICLR 2020, arXiv 2004.10162). Its gains, 42.6 and 15.2 points, are the
/// differences of these averages.
/// </summary>
/// <param name="Ensemble">The ensemble.</param>
/// <param name="Full">A single full-precision network, attacked alone.</param>
internal sealed record PaperResults(PaperRow Ensemble, PaperRow Full)
{
    /// <summary>Names of the attacks in evaluation.json, in the tables' order.</summary>
    public static readonly string[] Attacks = ["CW-L2", "FGSM", "BIM", "PGD"];

    public static readonly PaperResults Mnist = new(
        new(Clean: 98.89m, Cw: 86.73m, Fgsm: 67.06m, Bim: 18.61m, Pgd: 17.51m),
        new(Clean: 98.87m, Cw: 3.69m, Fgsm: 14.32m, Bim: 0.9m, Pgd: 0.77m));

    public static readonly PaperResults Cifar = new(
        new(Clean: 72.56m, Cw: 48.51m, Fgsm: 20.45m, Bim: 24.59m, Pgd: 13.55m),
        new(Clean: 74.54m, Cw: 13.38m, Fgsm: 10.28m, Bim: 11.97m, Pgd: 10.69m));
}
