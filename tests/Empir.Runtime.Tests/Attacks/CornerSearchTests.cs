using Empir.Attacks;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Surfaces;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>Against an input that is read with one bit: no gradient, and a known set of values that matter.</summary>
public class CornerSearchTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void It_breaks_what_trying_every_combination_breaks(int seed)
    {
        using var net = new BinaryInput(seed);
        var surface = new ClassifierSurface(net, "binary");
        using var random = new Generator((ulong)seed, CPU);
        using var images = rand([40, 1, 4, 4], generator: random);
        using var labels = surface.Decide(images);

        using var result = new CornerSearch().Run(surface, ThreatModel.Linf(0.2), images, labels);

        var broken = result.Success.data<bool>().ToArray();
        Assert.Equal(Enumerable.Range(0, 40).Select(i => CanBeBroken(surface, images[i], labels[i])), broken);
        Assert.Contains(true, broken);
        Assert.Contains(false, broken);
    }

    [Fact]
    public void Fewer_values_break_fewer_images()
    {
        using var net = new BinaryInput(1);
        var surface = new ClassifierSurface(net, "binary");
        using var random = new Generator(1, CPU);
        using var images = rand([40, 1, 4, 4], generator: random);
        using var labels = surface.Decide(images);

        int Broken(int values)
        {
            using var result = new CornerSearch { Values = values }.Run(surface, ThreatModel.Linf(0.2), images, labels);
            return result.Success.data<bool>().Count(success => success);
        }

        Assert.InRange(Broken(1), 1, Broken(16) - 1);
    }

    [Theory, InlineData(2, false), InlineData(13, true)]
    public void Between_two_thresholds_it_finds_what_no_end_reaches(int places, bool found)
    {
        using var net = new Band();
        var surface = new ClassifierSurface(net, "band");
        using var images = full([5, 1, 2, 2], 0.3f);
        using var labels = surface.Decide(images);

        using var result = new CornerSearch { Places = places }.Run(surface, ThreatModel.Linf(0.3), images, labels);

        Assert.All(result.Success.data<bool>().ToArray(), success => Assert.Equal(found, success));
    }

    // Two of three members have to err, one of them by a value above 0.42, the other by one below 0.5: at either end only one does.
    [Theory, InlineData(2, false), InlineData(13, true)]
    public void Of_a_vote_it_finds_the_place_between_its_members_thresholds(int places, bool found)
    {
        using var ensemble = new AnyEnsemble(new Majority(null), new Threshold(0.42, above: true), new Threshold(0.5, above: false), new Threshold(2, above: true));
        var surface = new SumOfMarginsSurface(ensemble);
        using var images = full([1, 1, 1, 1], 0.3f);
        using var labels = zeros([1], ScalarType.Int64);

        using var result = new CornerSearch { Places = places }.Run(surface, ThreatModel.Linf(0.3), images, labels);

        Assert.Equal(found, result.Success.item<bool>());
    }

    // Values within 0.2 of the threshold can be read as 0 or 1, the others cannot be changed.
    private static bool CanBeBroken(Surface surface, Tensor image, Tensor label)
    {
        using var scope = NewDisposeScope();
        var values = image.flatten().data<float>().ToArray();
        int[] grey = [.. Enumerable.Range(0, 16).Where(i => Math.Abs(values[i] - 0.5f) < 0.2f)];
        var points = new float[(1 << grey.Length) * 16];
        for (var set = 0; set < 1 << grey.Length; set++)
        {
            values.CopyTo(points, set * 16);
            for (var bit = 0; bit < grey.Length; bit++)
                points[set * 16 + grey[bit]] = set >> bit & 1;
        }
        return surface.Decide(tensor(points).view(-1, 1, 4, 4)).ne(label).any().item<bool>();
    }

    // Class 1 where at least three values lie from 0.42 to 0.5; a single one raises its score.
    private sealed class Band() : Classifier(new("Band", "full", "pytorch", new(1, 2, 2, 0, 1), 2, []))
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var inside = input.ge(0.42).logical_and(input.lt(0.5)).to(input.dtype).flatten(1).sum(1);
            return stack([full_like(inside, 2.5f), inside], 1).MoveToOuterDisposeScope();
        }
    }

    // Class 1 where the value lies on one side of a threshold.
    private sealed class Threshold(double at, bool above) : Classifier(new("Threshold", "full", "pytorch", new(1, 1, 1, 0, 1), 2, []))
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var value = input.flatten(1).squeeze(1);
            var errs = (above ? value.ge(at) : value.lt(at)).to(input.dtype);
            return stack([0.5 - errs, errs - 0.5], 1).MoveToOuterDisposeScope();
        }
    }

    private sealed class BinaryInput : Classifier
    {
        private readonly Linear layer;

        public BinaryInput(int seed) : base(new("Binary", "full", "pytorch", new(1, 4, 4, 0, 1), 2, []))
        {
            layer = Register("layer", nn.Linear(16, 2));
            using var random = new Generator((ulong)seed, CPU);
            using var _ = no_grad();
            layer.weight!.normal_(0, 1, random);
            layer.bias!.zero_();
        }

        public override Tensor forward(Tensor input)
        {
            using var bits = input.gt(0.5);
            using var flat = bits.to(input.dtype).flatten(1);
            return layer.call(flat);
        }
    }
}
