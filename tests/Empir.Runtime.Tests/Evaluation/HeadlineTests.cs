using Empir.Attacks;
using Empir.Evaluation;

namespace Empir.Tests.Evaluation;

/// <summary>The sentence under the tables, from given results of twenty images.</summary>
public class HeadlineTests
{
    private const string Survive = "of the images survive every attack of every protocol at this radius or a smaller one.";
    private const string Nothing = "adaptive attacks together 0.0% (95% interval 0-17%)";

    private static readonly ProtocolResult
        Paper = Result("paper", 0.1, First(12), First(8)),
        WhiteBox = Result("white_box", 0.1, First(12));

    [Fact]
    public void What_honest_gradients_leave_and_adaptive_ones_break_is_masking() => Says(
        $"Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), {Nothing}: the difference is masking, not robustness. 0.0% {Survive}",
        Paper, WhiteBox, Result("adaptive", 0.1, First(0)));

    [Fact]
    public void What_honest_gradients_break_as_well_is_the_papers_weakness() => Says(
        $"Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), {Nothing}: the difference is the paper's weaker attacks and surfaces, not robustness. 0.0% {Survive}",
        Paper, Result("white_box", 0.1, First(0)), Result("adaptive", 0.1, First(0)));

    [Fact]
    public void Protocols_of_different_images_say_how_many_and_are_compared_on_the_shared_ones() => Says(
        "Small at Linf 0.1: paper protocol 60.0% on 20 images (the average of its attacks), adaptive attacks together 75.0% on 8 images (95% interval 40-93%): "
        + "nearly the same as the paper's attacks together, 75.0%. 75.0% of the first 8 images survive every attack of every protocol at this radius or a smaller one.",
        Result("paper", 0.1, First(12), First(6)), Result("adaptive", 0.1, First(6)[..8]));

    [Fact]
    public void Without_adaptive_attacks_it_says_that_more_may_fall() => Says(
        "Small at Linf 0.1: white-box attacks together 60.0% (95% interval 38-79%). Adaptive attacks were not run; they leave no more, and often far less.",
        WhiteBox);

    [Fact]
    public void Beside_the_papers_average_stands_what_all_attacks_together_leave() => Says(
        "Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), white-box attacks together 60.0% (95% interval 38-79%). "
        + "40.0% of the images survive every bounded attack of both. Adaptive attacks were not run; they leave no more, and often far less.",
        Paper, WhiteBox);

    [Fact]
    public void The_papers_numbers_alone_are_no_headline() => Assert.Null(Headline.Of(Report(Paper)));

    [Fact]
    public void A_tripped_check_makes_it_masking()
    {
        var report = Report(Paper, Result("white_box", 0.1, First(0)), Result("adaptive", 0.1, First(0)));

        Assert.Contains("the difference is masking", Headline.Of(report with { Masking = [new("zero_gradients", MaskingVerdict.Tripped, "", [])] }), StringComparison.Ordinal);
        Assert.Contains("weaker attacks and surfaces", Headline.Of(report with { Masking = [new("zero_gradients", MaskingVerdict.Clear, "", [])] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_that_are_all_clear_make_it_no_masking() => Assert.Contains(
        "weaker attacks and surfaces",
        Headline.Of(Report(Paper, WhiteBox, Result("adaptive", 0.1, First(0))) with { Masking = [new("zero_gradients", MaskingVerdict.Clear, "", [])] }),
        StringComparison.Ordinal);

    [Fact]
    public void What_the_papers_attacks_together_break_too_is_only_averaging() => Says(
        $"Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), {Nothing}: the difference is averaging over weak attacks, not robustness; the paper's attacks together leave 15.0%. 0.0% {Survive}",
        Result("paper", 0.1, First(12), First(3)), Result("adaptive", 0.1, First(0)));

    [Fact]
    public void Where_adaptive_attacks_leave_as_much_it_says_so() => Says(
        $"Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), adaptive attacks together 40.0% (95% interval 21-62%): nearly the same as the paper's attacks together, 40.0%. 40.0% {Survive}",
        Paper, Result("adaptive", 0.1, First(8)));

    [Fact]
    public void Where_adaptive_attacks_leave_more_it_says_so() => Says(
        $"Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), adaptive attacks together 90.0% (95% interval 69-98%): the paper's attacks together leave fewer, 40.0%. 40.0% {Survive}",
        Paper, Result("adaptive", 0.1, First(18)));

    [Fact]
    public void What_chance_could_have_done_is_no_difference() => Says(
        $"Small at Linf 0.1: paper protocol 60.0% (the average of its attacks), adaptive attacks together 55.0% (95% interval 34-75%): the paper's attacks together leave 65.0%, which 20 images cannot tell apart. 55.0% {Survive}",
        Result("paper", 0.1, First(12), First(13)), Result("adaptive", 0.1, First(11)));

    [Fact]
    public void Without_the_papers_protocol_the_white_box_one_is_compared() => Says(
        $"Small at Linf 0.1: white-box protocol 60.0%, {Nothing}: the difference is weaker attacks, not robustness. 0.0% {Survive}",
        WhiteBox, Result("adaptive", 0.1, First(0)));

    [Fact]
    public void Only_a_common_radius_is_compared_and_only_smaller_ones_count_for_the_survivors() => Says(
        $"Small at Linf 0.1: white-box protocol 60.0%, adaptive attacks together 50.0% (95% interval 29-71%): the white-box attacks together leave 60.0%, which 20 images cannot tell apart. 50.0% {Survive} At Linf 0.3 {Nothing.Replace("together", "leave", StringComparison.Ordinal)}.",
        WhiteBox, Result("adaptive", 0.1, First(10)), Result("adaptive", 0.3, First(0)));

    [Fact]
    public void Alone_it_compares_nothing() => Says(
        $"Small at Linf 0.3: adaptive attacks together 10.0% (95% interval 2-31%). 10.0% {Survive} At Linf 0.1 adaptive attacks leave 50.0% (95% interval 29-71%).",
        Result("adaptive", 0.1, First(10)), Result("adaptive", 0.3, First(2)));

    [Theory]
    [InlineData("111111", "000000", 1)]
    [InlineData("000000", "111111", -1)]
    [InlineData("11111", "00000", 0)]
    [InlineData("1111110", "0000001", 0)]
    [InlineData("111111110", "000000001", 1)]
    [InlineData("1", "0", 0)]
    [InlineData("101010", "101010", 0)]
    public void The_sign_test_is_exact(string one, string other, int expected) => Assert.Equal(expected, SignTest.Compare(one, other));

    [Theory]
    [InlineData(5010, 0)]
    [InlineData(5200, 1)]
    [InlineData(4800, -1)]
    public void The_sign_test_holds_for_many_images(int right, int expected) => Assert.Equal(expected, SignTest.Compare(
        new string('1', right) + new string('0', 10_000 - right), new string('0', right) + new string('1', 10_000 - right)));

    private static void Says(string expected, params ProtocolResult[] protocols) => Assert.Equal(expected, Headline.Of(Report(protocols)));

    private static EvaluationReport Report(params ProtocolResult[] protocols) =>
        new("Small", "", "", "", [], new("twenty", "", 20, 20), 0, new("", "", "", "", "", "", 1), protocols);

    private static string First(int right) => new string('1', right).PadRight(20, '0');

    // One attack, and what is left of all; the same if not given.
    private static ProtocolResult Result(string protocol, double radius, string attack, string? worst = null)
    {
        return new(protocol, "", LabelPolicy.True, worst?.Length ?? attack.Length,
            [Row(RowKind.Clean, First(20)), Row(RowKind.Attack, attack), Row(RowKind.WorstCase, worst ?? attack)]);

        RowResult Row(RowKind kind, string right) => new(
            "row", kind, ThreatModel.Linf(radius), null, [new("Small", null, right.Count(one => one == '1') / (double)right.Length, null, null, right)]);
    }
}
