using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Packed;
using Empir.Packing;
using static TorchSharp.torch;

namespace Empir.CommandLine.Tests;

/// <summary>What goes over many images batch by batch finds what the ensemble decides of all of them at once.</summary>
public class BatchesTests
{
    [Fact]
    public void AccuracyIsOfEveryImage()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        using var test = Noise(450);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, y) = test.Range(0, 450, CPU);
        double[] wanted = [.. ensemble.Members.Select(member => Share(member.call(x).argmax(-1))), Share(ensemble.Predict(x))];

        Assert.Equal(
            [("low_a", wanted[0]), ("low_b", wanted[1]), ("full", wanted[2]), ("TinyEmpir", wanted[3])],
            TestAccuracy.Of(ensemble, ["low_a", "low_b", "full"], test, CancellationToken.None).Select(one => (one.System, one.Accuracy)));
        // Without all members there is no ensemble.
        Assert.Equal([("low_b", wanted[1])], TestAccuracy.Of(ensemble, ["low_b"], test, CancellationToken.None).Select(one => (one.System, one.Accuracy)));

        double Share(Tensor classes) => classes.eq(y).sum().item<long>() / 450.0;
    }

    [Fact]
    public void TorchSharpPredictsEveryImage()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        var random = new Random(1);
        var pixels = new byte[150 * 16];
        random.NextBytes(pixels);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = tensor(pixels.Select(pixel => pixel / 255f).ToArray(), [150, 1, 4, 4]);

        var (classes, logits) = TorchPredictor.Predict(ensemble, pixels);

        Assert.Equal(ensemble.Predict(x).data<long>().ToArray(), classes.Select(one => (long)one));
        Assert.True(classes.Distinct().Count() > 1);
        Assert.All(ensemble.Logits(x).data<float>().ToArray().Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // Without biases, networks agree on what is black.
    [Fact]
    public void VerificationComparesEveryImage()
    {
        using var ensemble = TinyEmpir.Spec.Create();
        using var other = TinyEmpir.Spec.Create();
        using var _ = no_grad();
        foreach (var parameter in other.Members.SelectMany(member => member.parameters()))
            parameter.neg_();
        using var test = Noise(450, black: 300);
        using var packed = new PackedEnsemble(Packer.Pack(other));
        using var scope = NewDisposeScope();
        var (x, _) = test.Range(0, 450, CPU);
        var vote = Different(ensemble.Predict(x), other.Predict(x));
        var members = ensemble.Members.Zip(other.Members, (one, two) => Different(one.call(x).argmax(-1), two.call(x).argmax(-1))).ToArray();

        var verified = PackVerification.Of(ensemble, packed, test, 450, CancellationToken.None);

        Assert.Equal((450, vote.Length), (verified.Images, verified.Mismatches));
        Assert.Equal(members.Select(member => member.Length), new[] { "low_a", "low_b", "full" }.Select(name => verified.MemberMismatches[name]));
        Assert.Equal(members.SelectMany(member => member).Concat(vote).Distinct().Order().Take(10), verified.First);
        Assert.True(verified.First[0] >= 300);

        static int[] Different(Tensor one, Tensor two) => [.. one.ne(two).nonzero().data<long>().Select(image => (int)image)];
    }

    // Images of noise, the first of them black.
    private static ImageDataset Noise(int count, int black = 0)
    {
        var random = new Random(3);
        var pixels = new byte[count * 16];
        random.NextBytes(pixels.AsSpan(black * 16));
        return new("noise", ["rows", "columns", "plain"], (1, 4, 4), pixels, [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(3))]);
    }
}
