using System.Runtime.InteropServices;
using Empir.Evaluation;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation;

/// <summary>The images that an evaluation keeps to be looked at.</summary>
[Collection(TrainedOnce.Name)]
public sealed class ExampleImagesTests(Trained trained)
{
    private readonly EvaluationReport report = trained.Report;

    [Fact]
    public void They_are_the_first_that_the_honest_protocol_broke_and_one_that_stood()
    {
        var rows = report.Protocols[1].Rows;
        var clean = rows[0].Cells[^1].Right;
        var bounded = rows.Where(row => row.Kind == RowKind.Attack && double.IsFinite(row.Threat!.Epsilon)).Select(row => row.Cells[^1].Right).ToArray();
        var broken = Enumerable.Range(0, 40).Where(image => clean[image] == '1' && bounded.Any(right => right[image] == '0')).ToArray();
        var standing = Enumerable.Range(0, 40).Where(image => bounded.Append(clean).All(right => right[image] == '1')).ToArray();

        Assert.True(broken.Length >= 4);
        Assert.Equal([.. broken.Take(4), .. standing.Take(1)], report.Examples.Select(example => example.Image));
        Assert.All(report.Examples, example => Assert.Equal("white_box", example.Protocol));
        Assert.All(report.Examples.Take(4), example => Assert.NotEqual(example.Label, example.Votes[^1].Adversarial));
        Assert.All(report.Examples.Skip(4), example => Assert.Equal(example.Label, example.Votes[^1].Adversarial));
    }

    [Fact]
    public void What_is_said_of_an_image_is_what_the_systems_decide_of_the_pixels_that_are_kept()
    {
        using var scope = NewDisposeScope();
        foreach (var example in report.Examples)
        {
            var (x, y) = trained.Test.Range(example.Image, 1, CPU);
            var (clean, adversarial) = (Pixels(example.Clean), Pixels(example.Adversarial));
            var change = (adversarial - clean).to(ScalarType.Float64);

            Assert.Equal(x.data<float>(), clean.data<float>());
            Assert.Equal(y.item<long>(), example.Label);
            Assert.Equal(change.abs().max().item<double>(), example.Linf);
            Assert.Equal(change.square().sum().sqrt().item<double>(), example.L2, 1e-9);
            Assert.InRange(example.Linf, 1e-6, example.Threat.Epsilon + 1e-6);
            Assert.Equal(["full", "low_a", "low_b", "SmallEmpir"], example.Votes.Select(vote => vote.System));
            Assert.Equal(trained.Ensemble.Predict(clean).item<long>(), example.Votes[^1].Clean);
            Assert.Equal(trained.Ensemble.Predict(adversarial).item<long>(), example.Votes[^1].Adversarial);
            // The table's first column is the spec's last member.
            var full = trained.Ensemble.Members[2].call(adversarial).softmax(-1)[0];
            Assert.Equal(full.argmax().item<long>(), example.Votes[0].Adversarial);
            Assert.Equal(full.max().ToDouble(), example.Votes[0].AdversarialConfidence, 1e-5);
            var mean = trained.Ensemble.Logits(clean).softmax(-1).mean([0])[0];
            Assert.Equal(mean[example.Votes[^1].Clean].ToDouble(), example.Votes[^1].CleanConfidence, 1e-5);
        }
    }

    [Fact]
    public void They_name_the_attack_that_broke_the_image_in_its_table()
    {
        foreach (var example in report.Examples.Take(4))
        {
            var row = report.Protocols[1].Rows.Single(row => row.Name == example.Attack);

            Assert.Equal('0', row.Cells[^1].Right[example.Image]);
            Assert.Equal((row.Cells[^1].Surface, row.Threat), (example.Surface, example.Threat));
        }
    }

    private static Tensor Pixels(string base64) =>
        tensor(MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(base64)).ToArray()).reshape(1, 1, 28, 28);
}
