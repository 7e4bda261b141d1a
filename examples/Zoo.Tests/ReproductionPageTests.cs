using Empir.Attacks;
using Empir.Evaluation;
using Empir.Specs;
using Zoo.Reproduction;

namespace Zoo.Tests;

/// <summary>The tables, made of evaluations that no evaluator had to compute.</summary>
public class ReproductionPageTests
{
    private static readonly Study Mnist = Study.All[0];

    [Fact]
    public Task Mnist_with_everything() => Verify(Page(
        Found(MnistEmpir.Spec, clean: 18, training: 12.25, evaluation: 90.5),
        Found(MnistAdversarial.Spec, clean: 19, training: 5, evaluation: null),
        Found(MnistDistillation.Spec, clean: 17, training: null, evaluation: 3),
        Found(MnistGradientRegularization.Spec, clean: 16, training: 4, evaluation: 3),
        Found(MnistEmpir.Spec with { Card = MnistEmpir.Spec.Card with { Name = "MnistRobust" } }, clean: 20, training: null, evaluation: null, robust: 15),
        Found(MnistRobustFull.Spec, clean: 20, training: 7, evaluation: null, robust: 14)));

    [Fact]
    public void Without_any_evaluation_there_are_the_papers_rows_alone()
    {
        var page = Page();

        Assert.Contains("| EMPIR, paper | 98.89 | 86.73 | 67.06 | 18.61 | 17.51 | 47.48 |", page, StringComparison.Ordinal);
        Assert.Contains("MnistEmpir is not evaluated yet", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ours", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_that_has_changed_is_named()
    {
        var found = Found(MnistEmpir.Spec, 18, null, null);
        var changed = found.Spec with { Card = found.Spec.Card with { SpecHash = "other" } };

        Assert.DoesNotContain("has changed", Page(found), StringComparison.Ordinal);
        Assert.Contains("MnistEmpir's spec has changed", Page(found with { Spec = changed }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_at_another_radius_or_with_another_seed_is_named()
    {
        var found = Found(MnistEmpir.Spec, 18, null, null);
        var wider = found.Spec with { Evaluation = found.Spec.Evaluation with { Threat = ThreatModel.Linf(0.5) } };

        Assert.DoesNotContain("was evaluated", Page(found), StringComparison.Ordinal);
        Assert.Contains("- MnistEmpir was evaluated at epsilon 0.3, and its spec says 0.5.", Page(found with { Spec = wider }), StringComparison.Ordinal);
        Assert.Contains("- MnistEmpir was evaluated with seed 7, not 0.", Page(found with { Evaluation = found.Evaluation with { Seed = 7 } }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_the_evaluation_does_not_know_is_a_mistake_and_no_crash()
    {
        var found = Found(MnistEmpir.Spec, 18, null, null);
        var members = found.Spec.Card.Members.Select(member => member.Name == "low_a" ? member with { Name = "lower" } : member);

        var error = Assert.Throws<Empir.UserErrorException>(() => Page(found with { Spec = found.Spec with { Card = found.Spec.Card with { Members = [.. members] } } }));
        Assert.Contains("The evaluation of MnistEmpir has no lower", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_gain_falls_short_by_is_the_difference_of_the_figures_printed()
    {
        var study = Mnist with { Paper = new(new(Clean: 90, Cw: 24.31m, Fgsm: 24.30m, Bim: 24.30m, Pgd: 24.30m), new(Clean: 90, Cw: 20, Fgsm: 20, Bim: 20, Pgd: 20)) };

        // 4.3025 less 3 of 70 images is 0.0168.
        Assert.Contains(
            "gain over full precision alone is 4.29 points, the paper's 4.30: it falls short by 0.01.",
            new PaperTable(study, [Found(MnistEmpir.Spec, 18, null, null, images: 70)]).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_papers_protocol_a_row_says_on_how_many_images_it_is_clean()
    {
        var found = Found(MnistEmpir.Spec, 18, null, null);
        var honest = found with { Evaluation = found.Evaluation with { Protocols = [.. found.Evaluation.Protocols.Skip(1)] } };

        Assert.Contains("| low_b (w2 a4) alone | 85.00 |  |  |  |  |  | 20 |", Page(honest), StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_averages_are_those_it_prints_and_its_gains_those_it_claims()
    {
        var (mnist, cifar) = (PaperResults.Mnist, PaperResults.Cifar);

        Assert.Equal(["47.48", "4.92", "26.78", "11.58"], new[] { mnist.Ensemble, mnist.Full, cifar.Ensemble, cifar.Full }.Select(row => FormattableString.Invariant($"{row.Average:F2}")));
        Assert.Equal((42.6m, 15.2m), (Math.Round(mnist.Ensemble.Average - mnist.Full.Average, 1), Math.Round(cifar.Ensemble.Average - cifar.Full.Average, 1)));
    }

    [Fact]
    public void Every_study_finds_its_specs() => Assert.All(Study.All, study => Assert.Equal(
        study.Baselines.Count + 1, study.Specs(EmpirSpecs.All).Count(spec => !study.IsRobust(spec) && spec.Training.Dataset == study.Dataset)));

    [Fact]
    public void A_table_without_any_evaluation_says_so()
    {
        var tables = Mnist.Tables(Mnist.Specs(EmpirSpecs.All), [Found(MnistDistillation.Spec, 17, null, null)]);

        Assert.Equal([("mnist", false), ("mnist-baselines", true), ("mnist-robust", false)], tables.Select(table => (table.Name, table.IsEvaluated)));
    }

    private static string Page(params Evidence[] found) => string.Join('\n', Mnist.Tables(Mnist.Specs(EmpirSpecs.All), found).Select(table => table.Text()));

    // So many images by the paper's protocol and 10 by the honest ones; each member one image worse than the last. Of 20, so many are clean.
    private static Evidence Found(EnsembleSpec spec, int clean, double? training, double? evaluation, int robust = 1, int images = 20)
    {
        string[] systems = [.. spec.Card.Members.OrderByDescending(member => member.Network.IsFullPrecision).Select(member => member.Name), spec.Name];
        var (linf, l2) = (ThreatModel.Linf(0.3), ThreatModel.L2(double.PositiveInfinity));
        var report = new EvaluationReport(
            spec.Name, spec.Card.SpecFile, spec.Card.SpecHash, spec.Card.Fusion, [], new("mnist", "", images, 10_000), 0,
            new("0.1.0", "0.107.0", "2.10.0", ".NET 10", "an operating system", "cpu", 2),
            [
                Protocol("paper", LabelPolicy.Predicted, images, 4),
                Protocol("white_box", LabelPolicy.True, 10, Math.Min(robust, 9)),
                Protocol("adaptive", LabelPolicy.True, 10, Math.Min(robust, 8) - 1),
            ])
        {
            Clean = Row("clean", RowKind.Clean, null, images, clean * images / 20),
        };
        return new(spec, report, training, evaluation);

        ProtocolResult Protocol(string name, LabelPolicy labels, int images, int left) => new(name, "", labels, images,
        [
            Row("clean", RowKind.Clean, null, images, clean * images / 20),
            Row("CW-L2", RowKind.Attack, l2, images, left + 5),
            Row("FGSM", RowKind.Attack, linf, images, left + 3),
            Row("BIM", RowKind.Attack, linf, images, left + 2),
            Row("PGD", RowKind.Attack, linf, images, left + 1),
            Row("worst case", RowKind.WorstCase, linf, images, left),
        ]);

        RowResult Row(string name, RowKind kind, ThreatModel? threat, int images, int right) => new(name, kind, threat, null,
            [.. systems.Select((system, column) => Cell(system, images, Math.Clamp(right - (systems.Length - 1 - column), 0, images)))]);

        CellResult Cell(string system, int images, int right) =>
            new(system, null, (double)right / images, null, null, new string('1', right).PadRight(images, '0'));
    }
}
