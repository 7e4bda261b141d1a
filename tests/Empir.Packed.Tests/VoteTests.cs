using Empir.Packed.Voting;

namespace Empir.Packed.Tests;

/// <summary>Members asked one after another, in any order, decide what all of them would have, on random logits with many ties.</summary>
public class VoteTests
{
    private const int Rounds = 3000;

    public static TheoryData<string, int> Rules => new()
    {
        { "tie_break", 2 }, { "tie_break", 3 }, { "tie_break", 4 }, { "tie_break", 7 },
        { "mean", 2 }, { "mean", 3 }, { "mean", 5 },
        { "average", 2 }, { "average", 3 }, { "average", 6 },
        { "weighted", 3 }, { "weighted", 5 }, { "logits", 3 }, { "confidence", 3 },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void AnEarlyDecisionIsTheFullOne(string rule, int members)
    {
        var random = new Random(members);
        var early = 0;
        for (var round = 0; round < Rounds; round++)
        {
            const int Classes = 4;
            var vote = Vote.Of(Model(rule, members, Classes, random));
            // Few different values, so that ties within and between members are common.
            float[] logits = [.. Enumerable.Range(0, members * Classes).Select(_ => random.Next(round % 2 == 0 ? 3 : 20) * (round % 3 == 0 ? 8f : 1f))];
            var all = Enumerable.Repeat(true, members).ToArray();
            var wanted = vote.Decide(logits, all);
            var asked = new bool[members];
            foreach (var member in Enumerable.Range(0, members).OrderBy(_ => random.Next()))
            {
                asked[member] = true;
                // What was not asked must not count.
                float[] known = [.. logits.Select((value, i) => asked[i / Classes] ? value : float.NaN)];
                if (!vote.IsDecided(known, asked))
                    continue;
                Assert.Equal(wanted, vote.Decide(known, asked));
                early += asked.Contains(false) ? 1 : 0;
                break;
            }
            Assert.True(vote.IsDecided(logits, all));
        }
        // One of two members never settles anything, and nobody knows how large a logit or a confidence the others have.
        Assert.Equal(rule is "logits" or "confidence" || members == 2, early == 0);
    }

    [Fact]
    public void AMajorityOfMembersIsSeenAtOnce()
    {
        var vote = Vote.Of(Model("tie_break", 3, 2, new Random(0)));
        Assert.True(vote.IsDecided([1, 0, 2, 0, 0, 0], [true, true, false]));
        Assert.False(vote.IsDecided([1, 0, 0, 2, 0, 0], [true, true, false]));
        Assert.False(vote.IsDecided([1, 0, 0, 2, 0, 0], [true, false, false]));
    }

    [Fact]
    public void TiesGoToTheTieBreakMembersChoiceAmongThem()
    {
        var vote = Vote.Of(Model("tie_break", 3, 4, new Random(0)));
        // Votes 0, 1 and 3: all tie, and the last member scores 3 highest.
        Assert.Equal(3, vote.Decide([9, 0, 0, 0, 0, 9, 0, 0, 1, 2, 0, 3], [true, true, true]));
        // Two against two among four: the tie-break member's own favourite is not among them unless voted for.
        var four = new MajorityVote(5, 4, 4);
        Assert.Equal(1, four.Decide([9, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 1, 2, 0, 3], [true, true, true, true, true]));
    }

    // A thread's stack has a megabyte where it has the least.
    [Fact]
    public void TheMostClassesFitOnAStack()
    {
        const int Classes = 1 << 15;
        foreach (var rule in Rules.Select(row => (string)row[0]).Distinct())
        {
            var vote = Vote.Of(Model(rule, 2, Classes, new Random(0)));
            var logits = new float[2 * Classes];
            (logits[3], logits[Classes + 5]) = (10, 20);
            var decision = -1;
            var thread = new Thread(() => decision = vote.IsDecided(logits, [true, true]) ? vote.Decide(logits, [true, true]) : -1, maxStackSize: 1 << 20);
            thread.Start();
            thread.Join();
            // The second member is the surer one, breaks ties, and weighs more.
            Assert.Equal(5, decision);
        }
    }

    private static PackedModel Model(string rule, int members, int classes, Random random) => new(
        "Votes", new(1, 1, 1, 0, 1), classes,
        rule switch
        {
            "tie_break" => new PackedMajority(members - 1),
            "mean" => new PackedMajority(null),
            "average" => new PackedWeightedSum(true, [.. Enumerable.Repeat(1.0, members)]),
            "weighted" => new PackedWeightedSum(true, [.. Enumerable.Range(0, members).Select(_ => random.Next(-1, 4) / 2.0)]),
            "logits" => new PackedWeightedSum(false, [.. Enumerable.Repeat(1.0, members)]),
            _ => new PackedMaxConfidence(),
        },
        [.. Enumerable.Range(0, members).Select(i => new PackedMember($"{i}", []))], new Dictionary<string, string>());
}
