using Empir.Packed.Voting;

namespace Empir.Packed.Tests;

/// <summary>Where the lazy vote is off, nothing tells by its time what an image was like.</summary>
public class EvenVoteTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void ItDecidesTheSame(int? tieBreak)
    {
        const int Members = 3, Classes = 4;
        var (random, all) = (new Random(3), new[] { true, true, true });
        var (even, other) = (new MajorityVote(Members, Classes, tieBreak, isEven: true), new MajorityVote(Members, Classes, tieBreak));
        for (var round = 0; round < 500; round++)
        {
            float[] logits = [.. Enumerable.Range(0, Members * Classes).Select(_ => (float)random.Next(4))];
            Assert.Equal(other.Decide(logits, all), even.Decide(logits, all));
        }
    }

    // No other kernel has avx512vbmi2 in its name.
    [Avx512VbmiTheory]
    [InlineData("avx512vbmi2", true, true)]
    [InlineData("avx512vbmi2", false, false)]
    [InlineData("sparse", false, true)]
    [InlineData("u8-u8-s32-conv-1x128-avx512vbmi2-SPARSE", false, true)]
    public void TheSparseKernelRunsThereOnlyByItsName(string kernel, bool isLazy, bool runs)
    {
        var model = SampleModels.Convolutional();
        var options = new PackedOptions { Threads = 1, LazyVote = isLazy, Kernel = kernel };
        if (runs)
            using (var ensemble = new PackedEnsemble(model, options))
                Assert.Contains(ensemble.Layers, layer => layer.Kernel.EndsWith("sparse", StringComparison.Ordinal));
        else
            Assert.Contains($"'{kernel}' cannot run member_0/conv", Assert.Throws<NotSupportedException>(() => new PackedEnsemble(model, options)).Message, StringComparison.Ordinal);
    }
}

/// <summary>Members whose logits are not numbers change nothing but their own votes.</summary>
public class NanVoteTests
{
    private const int Classes = 4, Members = 3;

    public static TheoryData<PackedFusion> Fusions => new(
        new PackedMajority(1), new PackedMajority(null), new PackedWeightedSum(true, [1, 1, 1]), new PackedWeightedSum(true, [1, -3, 0.5]),
        new PackedWeightedSum(false, [1, 1, 1]), new PackedMaxConfidence());

    [Theory]
    [MemberData(nameof(Fusions))]
    public void AnEarlyDecisionIsTheFullOneToo(PackedFusion fusion)
    {
        var vote = Vote.Of(new("Votes", new(1, 1, 1, 0, 1), Classes, fusion, [.. Enumerable.Range(0, Members).Select(i => new PackedMember($"{i}", []))], new Dictionary<string, string>()));
        var (random, all) = (new Random(5), new[] { true, true, true });
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        for (var round = 0; round < 3000; round++)
        {
            var logits = new float[Members * Classes];
            for (var i = 0; i < logits.Length; i++)
                logits[i] = random.Next(4) == 0 ? odd[random.Next(3)] : random.Next(3) * 9;
            if (round % 3 == 0)
                logits.AsSpan(random.Next(Members) * Classes, Classes).Fill(float.NaN);
            var wanted = vote.Decide(logits, all);
            var asked = new bool[Members];
            foreach (var member in Enumerable.Range(0, Members).OrderBy(_ => random.Next()))
            {
                asked[member] = true;
                if (vote.IsDecided(logits, asked))
                    Assert.Equal(wanted, vote.Decide(logits, asked));
            }
        }
    }

    [Fact]
    public void ATieIsDecidedAmongThoseWithMostVotes()
    {
        // Votes 1, 2 and 3; what the tie-break member says of them is not a number.
        float[] logits = [0, 9, 0, 0, 0, 0, 9, 0, float.NaN, float.NaN, float.NaN, 1];
        Assert.Equal(3, new MajorityVote(Members, Classes, 2).Decide(logits, [true, true, true]));
        // Votes 1, 2 and 0, the first of those that are no numbers.
        logits = [0, 9, 0, 0, 0, 0, 9, 0, .. Enumerable.Repeat(float.NaN, Classes)];
        Assert.Equal(0, new MajorityVote(Members, Classes, 2).Decide(logits, [true, true, true]));
        // Nobody votes 0: twice 1, twice 2, and a fifth member that breaks ties with no numbers of these two.
        logits = [0, 9, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 9, 0, float.NegativeInfinity, float.NaN, float.NaN, 5];
        Assert.Equal(1, new MajorityVote(5, Classes, 4).Decide(logits, [true, true, true, true, true]));
    }

    [Fact]
    public void AnAverageIsThatOfTheOthers()
    {
        var vote = new WeightedVote(Classes, new(true, [1, 1, 1]));
        Assert.Equal(2, vote.Decide([0, 0, 1, 0, float.NaN, 0, 0, 0, 0, 0, 1, 0], [true, true, true]));
    }
}
