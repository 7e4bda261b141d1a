using System.Text.Json.Nodes;
using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Tests.Attacks;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation;

/// <summary>Both protocols on a small ensemble that has learnt a simple task.</summary>
[Collection(TrainedOnce.Name)]
public sealed class EvaluatorTests
{
    private readonly Trained trained;

    public EvaluatorTests(Trained trained) => this.trained = trained;

    [Fact]
    public void Rows_are_clean_the_four_attacks_and_the_worst_case_and_the_ensemble_is_the_last_column()
    {
        foreach (var protocol in trained.Report.Protocols)
        {
            Assert.Equal(["clean", "CW-L2", "FGSM", "BIM", "PGD", "worst case"], protocol.Rows.Select(row => row.Name));
            Assert.All(protocol.Rows, row => Assert.Equal(["full", "low_a", "low_b", "SmallEmpir"], row.Cells.Select(cell => cell.System)));
        }
    }

    [Fact]
    public void The_papers_protocol_differentiates_what_the_released_code_does()
    {
        var rows = trained.Report.Protocols[0].Rows;

        Assert.Equal(
            [("CW-L2", "full"), ("FGSM", "paper_voters"), ("BIM", "full"), ("PGD", "paper_voters")],
            rows.Skip(1).Take(4).Select(row => (row.Name, row.Cells[^1].Surface!)));
        Assert.Equal(["full", "low_a", "low_b"], rows[1].Cells.Take(3).Select(cell => cell.Surface!));
    }

    [Fact]
    public void However_few_images_are_attacked_the_whole_test_set_is_decided_without_an_attack()
    {
        using var scope = NewDisposeScope();
        var (x, y) = trained.Test.Range(0, trained.Test.Count, CPU);
        var right = trained.Ensemble.Predict(x).eq(y).data<bool>().ToArray();

        var report = new Evaluator(trained.Ensemble, seed: 7).Run(Trained.Settings with { Protocols = [ProtocolName.WhiteBox], Images = 3 }, trained.Test);

        Assert.Equal(["full", "low_a", "low_b", "SmallEmpir"], report.Clean.Cells.Select(cell => cell.System));
        Assert.Equal(string.Concat(right.Select(one => one ? '1' : '0')), report.Clean.Cells[^1].Right);
        Assert.Equal(3, report.Protocols.Single().Images);
    }

    [Fact]
    public void White_box_differentiates_all_members()
    {
        var rows = trained.Report.Protocols[1].Rows;

        Assert.All(rows.Skip(1).Take(4), row => Assert.Equal("mean_probabilities", row.Cells[^1].Surface));
    }

    [Fact]
    public void Accuracy_is_the_share_of_right_images_and_the_clean_one_is_the_ensembles_own()
    {
        var (x, y) = trained.Test.Range(0, 40, CPU);
        using var scope = NewDisposeScope();
        var right = trained.Ensemble.Predict(x).eq(y).data<bool>().ToArray();

        foreach (var protocol in trained.Report.Protocols)
        {
            Assert.Equal(string.Concat(right.Select(one => one ? '1' : '0')), protocol.Rows[0].Cells[^1].Right);
            Assert.All(protocol.Rows.SelectMany(row => row.Cells), cell =>
                Assert.Equal(cell.Right.Count(one => one == '1') / 40.0, cell.Accuracy));
        }
    }

    // Of class 1 is what sums up to more than 8, and every pixel that is not at the box's edge moves by a quarter.
    [Fact]
    public void Distances_are_of_images_that_were_right_and_no_longer_are()
    {
        byte[][] images =
        [
            Pixels(16, 153),  // right, then broken: 16 pixels move
            Pixels(7, 255),   // right, then broken: 9 pixels move
            Pixels(16, 255),  // right before and after
            Pixels(16, 102),  // wrong, then right
            Pixels(0, 0),     // wrong before and after
        ];
        using var test = new ImageDataset("sums", ["few", "many"], (1, 4, 4), images.SelectMany(image => image).ToArray(), [1, 0, 1, 1, 1]);
        using var ensemble = new AnyEnsemble(new Majority(0), new LinearClassifier([.. Enumerable.Repeat(1f, 16)], -8));

        var rows = new Evaluator(ensemble, seed: 7).Run(new(ThreatModel.Linf(0.25), [ProtocolName.Paper], 5), test).Protocols[0].Rows;

        Assert.Equal(("11100", null, null), Facts(rows[0]));
        var (right, l2, linf) = Facts(rows[2]);
        Assert.Equal(("FGSM", "00110"), (rows[2].Name, right));
        Assert.Equal((1 + 0.75) / 2, l2!.Value, 1e-6);
        Assert.Equal(0.25, linf!.Value, 1e-6);

        static byte[] Pixels(int count, byte value) => [.. Enumerable.Range(0, 16).Select(pixel => pixel < count ? value : (byte)0)];

        static (string, double?, double?) Facts(RowResult row) => (row.Cells[^1].Right, row.Cells[^1].MeanL2, row.Cells[^1].MaxLinf);
    }

    [Fact]
    public void Every_accuracy_has_its_interval_in_the_file()
    {
        var cell = JsonNode.Parse(trained.Report.ToJson())!["protocols"]![1]!["rows"]![3]!["cells"]![2]!;
        var interval = WilsonInterval.Of(((string)cell["right"]!).Count(one => one == '1'), 40);

        Assert.Equal(interval.Low, (double?)cell["interval"]!["low"]);
        Assert.Equal(interval.High, (double?)cell["interval"]!["high"]);
        Assert.InRange((double)cell["accuracy"]!, interval.Low, interval.High);
    }

    [Fact]
    public void Against_true_labels_a_wrong_image_is_never_counted_as_defended()
    {
        var white = trained.Report.Protocols[1];
        for (var column = 0; column < 4; column++)
            foreach (var row in white.Rows.Skip(1))
                Assert.DoesNotContain(white.Rows[0].Cells[column].Right.Zip(row.Cells[column].Right), pair => pair is ('0', '1'));
    }

    [Fact]
    public void The_worst_case_counts_an_image_only_if_it_survives_every_bounded_attack()
    {
        foreach (var rows in trained.Report.Protocols.Select(protocol => protocol.Rows))
            for (var column = 0; column < 4; column++)
                for (var image = 0; image < 40; image++)
                    Assert.Equal(
                        new[] { "clean", "FGSM", "BIM", "PGD" }.All(name => rows.Single(row => row.Name == name).Cells[column].Right[image] == '1'),
                        rows[^1].Cells[column].Right[image] == '1');
    }

    [Fact]
    public void The_same_seed_gives_the_same_file_to_the_bit()
    {
        var again = new Evaluator(trained.Ensemble, seed: 7).Run(Trained.Settings, trained.Test);

        Assert.Equal(trained.Report.ToJson(), again.ToJson());
    }

    [Fact]
    public void The_file_holds_what_is_needed_to_repeat_it()
    {
        var json = JsonNode.Parse(trained.Report.ToJson())!;

        Assert.Equal("empir-evaluation-5", (string?)json["format"]);
        Assert.Equal(7, (long?)json["seed"]);
        Assert.Equal(Checkpoint.WeightsHash(trained.Ensemble.Members[0]), (string?)json["members"]![0]!["weights_sha256"]);
        Assert.Equal(40, (int?)json["data"]!["images"]);
        var pgd = json["protocols"]![0]!["rows"]![4]!;
        Assert.Equal("PGD", (string?)pgd["name"]);
        Assert.Equal(40, (int?)pgd["parameters"]!["steps"]);
        Assert.Equal("last", (string?)pgd["parameters"]!["iterate"]);
        Assert.Equal(0.1, (double?)pgd["threat"]!["epsilon"]);
        Assert.Equal("Infinity", (string?)json["protocols"]![0]!["rows"]![1]!["threat"]!["epsilon"]);
    }

    [Fact]
    public void The_headline_counts_who_survives_both_protocols_and_needs_both()
    {
        var worst = trained.Report.Protocols.Select(protocol => protocol.Rows[^1].Cells[^1].Right).ToArray();
        var survivors = worst[0].Zip(worst[1]).Count(pair => pair is ('1', '1')) * 100.0 / 40;

        Assert.Contains(FormattableString.Invariant($". {survivors:F1}% of the images survive"), Headline.Of(trained.Report), StringComparison.Ordinal);
        Assert.Null(Headline.Of(trained.Report with { Protocols = [trained.Report.Protocols[0]] }));
    }

    [Fact]
    public void Each_protocol_attacks_its_own_number_of_images()
    {
        var settings = Trained.Settings with
        {
            ImagesByProtocol = new Dictionary<ProtocolName, int> { [ProtocolName.Paper] = 1000, [ProtocolName.WhiteBox] = 5 },
            Ladder = true,
            Transfer = true,
        };
        var told = new List<EvaluationProgress>();

        var report = new Evaluator(trained.Ensemble, seed: 7).Run(settings, trained.Test, new Immediate<EvaluationProgress>(told.Add));

        Assert.Equal([60, 5], report.Protocols.Select(protocol => protocol.Images));
        Assert.Equal((60, 5), (report.Data.Images, report.HonestImages));
        Assert.All(report.Protocols, protocol => Assert.All(
            protocol.Rows.SelectMany(row => row.Cells), cell => Assert.Equal(protocol.Images, cell.Right.Length)));
        Assert.All(report.Ladder!.Concat(report.Transfer!).SelectMany(row => row.Cells), cell => Assert.Equal(5, cell.Right.Length));
        foreach (var (few, many) in report.Protocols[1].Rows.Zip(trained.Report.Protocols[1].Rows))
            Assert.Equal(many.Cells.Select(cell => cell.Right[..5]), few.Cells.Select(cell => cell.Right));
        Assert.InRange(told[^1].Done, 0.5, 1);
    }

    [Fact]
    public void Without_a_number_of_its_own_a_protocol_attacks_as_many_as_are_given_for_all()
    {
        var settings = new EvaluationSettings(ThreatModel.Linf(0.1), [ProtocolName.Paper, ProtocolName.WhiteBox], 3)
        {
            ImagesByProtocol = new Dictionary<ProtocolName, int> { [ProtocolName.Paper] = 9 },
        };

        Assert.Equal((9, 3), (settings.ImagesOf(ProtocolName.Paper), settings.ImagesOf(ProtocolName.WhiteBox)));
    }

    [Fact]
    public void The_task_is_the_same_exactly_where_the_numbers_are()
    {
        var evaluator = new Evaluator(trained.Ensemble, seed: 7);
        using var other = new SmallEnsemble();

        Assert.Equal(trained.Report.TaskSha256, evaluator.TaskHash(Trained.Settings, trained.Test));
        Assert.DoesNotContain(trained.Report.TaskSha256, new[]
        {
            evaluator.TaskHash(Trained.Settings with { Images = 41 }, trained.Test),
            evaluator.TaskHash(Trained.Settings with { Threat = ThreatModel.Linf(0.2) }, trained.Test),
            evaluator.TaskHash(Trained.Settings with { Ladder = true }, trained.Test),
            evaluator.TaskHash(Trained.Settings, Synthetic.Images(60, seed: 3)),
            new Evaluator(trained.Ensemble, seed: 8).TaskHash(Trained.Settings, trained.Test),
            new Evaluator(other, seed: 7).TaskHash(Trained.Settings, trained.Test),
        });
    }

    // The same weights in a network of other bits; a threat that only the matrix reads.
    [Fact]
    public void Neither_a_networks_bits_nor_a_threat_that_no_protocol_reads_leave_the_task_as_it_was()
    {
        using var four = new AnyEnsemble(new Majority(0), new SmallConvNet(1, 2, 4));
        using var two = new AnyEnsemble(new Majority(0), new SmallConvNet(1, 2, 2));
        Assert.Equal(Checkpoint.WeightsHash(four.Members[0]), Checkpoint.WeightsHash(two.Members[0]));
        Assert.NotEqual(new Evaluator(four, seed: 7).TaskHash(Trained.Settings, trained.Test), new Evaluator(two, seed: 7).TaskHash(Trained.Settings, trained.Test));

        EvaluationSettings Matrix(double epsilon) => new(ThreatModel.Linf(epsilon), []) { Images = 10, Transfer = true };
        var evaluator = new Evaluator(four, seed: 7);
        Assert.NotEqual(evaluator.TaskHash(Matrix(0.1), trained.Test), evaluator.TaskHash(Matrix(0.3), trained.Test));
        Assert.NotEqual(evaluator.TaskHash(Matrix(0.1), trained.Test), evaluator.TaskHash(Matrix(0.1) with { Images = 7 }, trained.Test));
        Assert.Throws<UserErrorException>(() => evaluator.Check(Matrix(0.1) with { Threat = ThreatModel.L2(0.1) }));
    }

    [Fact]
    public void One_network_is_attacked_on_its_own_logits_and_once()
    {
        using var ensemble = new AnyEnsemble(new Majority(0), new SmallConvNet(3));
        var told = new List<EvaluationProgress>();

        var paper = new Evaluator(ensemble, seed: 7).Run(
            Trained.Settings with { Images = 10, Protocols = [ProtocolName.Paper] }, trained.Test, new Immediate<EvaluationProgress>(told.Add)).Protocols[0];

        foreach (var row in paper.Rows.Skip(1).SkipLast(1))
        {
            Assert.Equal(["m0", "m0"], row.Cells.Select(cell => cell.Surface));
            Assert.Equal(row.Cells[0] with { System = "Any" }, row.Cells[1]);
        }
        Assert.DoesNotContain(told, step => step is { System: "Any", Row: not "clean" });
        Assert.Equal(1, told[^1].Done, 0.5e-6);
    }

    [Fact]
    public void Progress_rises_to_the_end()
    {
        var told = new List<EvaluationProgress>();
        new Evaluator(trained.Ensemble, seed: 7).Run(
            Trained.Settings with { Images = 5, Protocols = [ProtocolName.WhiteBox] }, trained.Test, new Immediate<EvaluationProgress>(told.Add));

        Assert.Equal(told.Select(step => step.Done).Order(), told.Select(step => step.Done));
        Assert.Equal(1, told[^1].Done, 0.5e-6);
    }

    [Fact]
    public void Nothing_but_the_report_stays()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        new Evaluator(trained.Ensemble, seed: 7).Run(Trained.Settings with { Images = 10 }, trained.Test);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_norm_without_attacks_is_the_users_mistake() =>
        Assert.Throws<UserErrorException>(() => new Evaluator(trained.Ensemble, 7).Run(
            Trained.Settings with { Threat = ThreatModel.L2(1) }, trained.Test));
}
