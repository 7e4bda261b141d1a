using Empir.Attacks;
using Empir.Evaluation;

namespace Empir.Tests.Evaluation;

/// <summary>The sentence under the tables, from given results of ten images.</summary>
public class HeadlineTests
{
    private static readonly ProtocolResult
        Paper = Result("paper", 0.1, "1111110000", "1111000000"),
        WhiteBox = Result("white_box", 0.1, "0000111111");

    [Fact]
    public void What_the_papers_attacks_together_still_claim_and_adaptive_ones_break_is_masking() => Says(
        "Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), adaptive attacks together 0.0% (95% interval 0-28%): the difference is masking, not robustness. 0.0% of the images survive every attack of every protocol at this radius or a smaller one.",
        Paper, WhiteBox, Result("adaptive", 0.1, "0000000000"));

    [Fact]
    public void What_the_papers_attacks_together_break_too_is_only_averaging() => Says(
        "Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), adaptive attacks together 0.0% (95% interval 0-28%): the difference is averaging over weak attacks, not robustness; the paper's attacks together leave 20.0%. 0.0% of the images survive every attack of every protocol at this radius or a smaller one.",
        Result("paper", 0.1, "1111110000", "1100000000"), Result("adaptive", 0.1, "0000000000"));

    [Fact]
    public void Where_adaptive_attacks_leave_as_much_it_says_so() => Says(
        "Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), adaptive attacks together 50.0% (95% interval 23-77%): nearly the same. 30.0% of the images survive every attack of every protocol at this radius or a smaller one.",
        Paper, Result("adaptive", 0.1, "0111110000"));

    [Fact]
    public void Without_the_papers_protocol_the_white_box_one_is_compared() => Says(
        "Small at Linf 0.1: white-box protocol 60.0%, adaptive attacks together 0.0% (95% interval 0-28%): the difference is weaker attacks, not robustness. 0.0% of the images survive every attack of every protocol at this radius or a smaller one.",
        WhiteBox, Result("adaptive", 0.1, "0000000000"));

    [Fact]
    public void Only_a_common_radius_is_compared_and_only_smaller_ones_count_for_the_survivors() => Says(
        "Small at Linf 0.1: white-box protocol 60.0%, adaptive attacks together 50.0% (95% interval 23-77%): nearly the same. 10.0% of the images survive every attack of every protocol at this radius or a smaller one. At Linf 0.3 adaptive attacks leave 0.0% (95% interval 0-28%).",
        WhiteBox, Result("adaptive", 0.1, "1111100000"), Result("adaptive", 0.3, "0000000000"));

    [Fact]
    public void Alone_it_compares_nothing() => Says(
        "Small at Linf 0.3: adaptive attacks together 20.0% (95% interval 5-51%). 20.0% of the images survive every attack of every protocol at this radius or a smaller one. At Linf 0.1 adaptive attacks leave 50.0% (95% interval 23-77%).",
        Result("adaptive", 0.1, "1111100000"), Result("adaptive", 0.3, "1100000000"));

    private static void Says(string expected, params ProtocolResult[] protocols) => Assert.Equal(expected, Headline.Of(new(
        "Small", "", "", "", [], new("ten", "", 10, 10), 0, new("", "", "", "", "", "", 1), protocols)));

    // One attack, and what is left of all; the same if not given.
    private static ProtocolResult Result(string protocol, double radius, string attack, string? worst = null)
    {
        return new(protocol, "", LabelPolicy.True,
            [Row(RowKind.Clean, "1111111111"), Row(RowKind.Attack, attack), Row(RowKind.WorstCase, worst ?? attack)]);

        RowResult Row(RowKind kind, string right) => new(
            "row", kind, ThreatModel.Linf(radius), null, [new("Small", null, right.Count(one => one == '1') / 10.0, null, null, right)]);
    }
}
