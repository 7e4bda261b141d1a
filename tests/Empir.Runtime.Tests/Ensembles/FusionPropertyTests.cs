using Empir.Ensembles;
using Empir.Packing;
using static TorchSharp.torch;

namespace Empir.Tests.Ensembles;

/// <summary>Every rule against the same rule written plainly, on random logits whose few classes make votes tie often.</summary>
public class FusionPropertyTests
{
    private const int Members = 4, Images = 500, Classes = 3;

    // Sums of them are exact, so that they tie exactly.
    private static readonly double[] Weights = [0.5, 0.125, 0.25, 0.375];

    private static readonly Dictionary<string, (Fusion Rule, Func<double[][], int> Reference)> Rules = new()
    {
        ["majority, ties to a member"] = (new Majority(1), one => Tied(one).MaxBy(c => one[1][c])),
        ["majority, ties to the mean"] = (new Majority(null), one => Tied(one).MaxBy(c => one.Average(member => Softmax(member)[c]))),
        ["average of probabilities"] = (new Average(FusedOutput.Probabilities), one => Best(c => one.Average(member => Softmax(member)[c]))),
        ["average of logits"] = (new Average(FusedOutput.Logits), one => Best(c => one.Average(member => member[c]))),
        ["weighted probabilities"] = (new Weighted(FusedOutput.Probabilities, Weights), one => Best(c => one.Zip(Weights, (member, w) => w * Softmax(member)[c]).Sum())),
        ["weighted logits"] = (new Weighted(FusedOutput.Logits, Weights), one => Best(c => one.Zip(Weights, (member, w) => w * member[c]).Sum())),
        ["max confidence"] = (new MaxConfidence(), one => Vote(one.MaxBy(member => Softmax(member).Max())!)),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    // Where no member has a place of its own.
    public static TheoryData<string> Symmetric =>
        ["majority, ties to the mean", "average of probabilities", "average of logits", "max confidence"];

    [Theory, MemberData(nameof(Names))]
    public void Equals_the_rule_written_plainly(string name)
    {
        var logits = Draw();
        Assert.Contains(Enumerable.Range(0, Images), image => Tied(Of(logits, image)).Length > 1);

        Assert.Equal(Enumerable.Range(0, Images).Select(image => (long)Rules[name].Reference(Of(logits, image))), Decide(name, logits));
    }

    [Theory, MemberData(nameof(Symmetric))]
    public void The_order_of_the_members_does_not_matter(string name)
    {
        var logits = Draw();
        foreach (var order in new[] { new[] { 3, 2, 1, 0 }, [1, 3, 0, 2] })
            Assert.Equal(Decide(name, logits), Decide(name, [.. order.Select(member => logits[member])]));
    }

    [Theory, MemberData(nameof(Names))]
    public void Leaves_nothing_but_its_result(string name)
    {
        using var logits = zeros(Members, 2, Classes);
        Rules[name].Rule.Decide(logits).Dispose();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var decided = Rules[name].Rule.Decide(logits);

        Assert.Equal(live + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal([2], decided.shape);
    }

    // Every other image has members that are sure, whose votes, probabilities and logits tie exactly and often; of the others, every
    // other one has two classes that no member tells apart.
    [Theory, MemberData(nameof(Names))]
    public void Packed_it_decides_the_same(string name)
    {
        var random = new Random(5);
        float[][] images =
        [
            .. Enumerable.Range(0, Images).Select(image =>
            {
                var own = Enumerable.Range(0, Members).Select(_ => random.Next(Classes)).ToArray();
                float[] logits = [.. Enumerable.Range(0, Members * Classes).Select(i => image % 2 == 0 ? 100 * (own[i / Classes] == i % Classes ? 1 : 0) : random.NextSingle() * 6 - 3)];
                for (var member = 0; member < Members && image % 4 == 1; member++)
                    logits[(member * Classes) + 2] = logits[member * Classes];
                return logits;
            }),
        ];
        using var logits = tensor(images.SelectMany(image => image).ToArray(), [Images, Members, Classes]).transpose(0, 1);
        using var ensemble = AnyEnsemble.Answering(logits, Rules[name].Rule);
        using var decided = ensemble.Predict(zeros(Images, 1, 1, 1));

        var vote = Packed.Voting.Vote.Of(Packer.Pack(ensemble));
        Assert.Equal(decided.data<long>().ToArray(), images.Select(image => (long)vote.Decide(image, [true, true, true, true])));
    }

    private static double[][][] Draw()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Members).Select(_ =>
            Enumerable.Range(0, Images).Select(_ => Enumerable.Range(0, Classes).Select(_ => random.NextDouble() * 6 - 3).ToArray()).ToArray())];
    }

    private static long[] Decide(string name, double[][][] logits)
    {
        using var values = tensor(logits.SelectMany(member => member.SelectMany(image => image)).ToArray(), [Members, Images, Classes]);
        using var decided = Rules[name].Rule.Decide(values);
        return decided.data<long>().ToArray();
    }

    private static double[][] Of(double[][][] logits, int image) => [.. logits.Select(member => member[image])];

    private static int[] Tied(double[][] one)
    {
        var votes = one.CountBy(Vote).ToArray();
        var most = votes.Max(vote => vote.Value);
        return [.. votes.Where(vote => vote.Value == most).Select(vote => vote.Key).Order()];
    }

    private static int Vote(double[] member) => Best(c => member[c]);

    private static int Best(Func<int, double> score) => Enumerable.Range(0, Classes).MaxBy(score);

    private static double[] Softmax(double[] logits)
    {
        var exponentials = logits.Select(Math.Exp).ToArray();
        return [.. exponentials.Select(value => value / exponentials.Sum())];
    }
}
