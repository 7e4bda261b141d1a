using System.Globalization;
using Empir.Specs;

namespace Empir.Generator.Tests;

/// <summary>Every fusion rule over ensembles of several sizes and architectures: what the spec says is what is built.</summary>
public class FusionTests
{
    // The rule in the spec, the type it becomes and the words of the card.
    private static readonly (string Rule, string Type, string Words)[] Rules =
    [
        ("{ rule: majority, tie_break: m1 }", "Majority { TieBreak = 0 }", "majority, ties to m1"),
        ("{ rule: majority }", "Majority { TieBreak =  }", "majority, ties to the highest mean probability"),
        ("{ rule: average }", "Average { Of = Probabilities }", "average of probabilities"),
        ("{ rule: average, of: logits }", "Average { Of = Logits }", "average of logits"),
        ("{ rule: max_confidence }", "MaxConfidence { }", "class of the most confident member"),
    ];

    private static readonly int[] Sizes = [1, 2, 5];

    private static readonly Lazy<IReadOnlyList<EnsembleSpec>> Specs = new(() => RuntimeTests.Compiled(
        [.. Cases.Select(test => ($"{Name(test)}.empir.yaml", (string?)SpecSources.Fused(Rules[test.Rule].Rule, test.Members, Name(test))))]));

    public static TheoryData<int, int> RulesAndSizes
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var (rule, members) in Cases)
                data.Add(rule, members);
            return data;
        }
    }

    private static IEnumerable<(int Rule, int Members)> Cases => Rules.Index().SelectMany(rule => Sizes.Select(members => (rule.Index, members)));

    [Theory]
    [MemberData(nameof(RulesAndSizes))]
    public void EveryRuleDecidesForAnyNumberOfMembers(int rule, int members)
    {
        var spec = Specs.Value.Single(spec => spec.Name == Name((rule, members)));
        using var ensemble = spec.Create();
        using var images = TorchSharp.torch.rand(3, 1, 4, 4);
        using var predictions = ensemble.Predict(images);

        Assert.Equal([3], predictions.shape);
        Assert.Equal(members, ensemble.Members.Count);
        Assert.Equal(Rules[rule].Type, string.Create(CultureInfo.InvariantCulture, $"{ensemble.Fusion}"));
        Assert.Equal(Rules[rule].Words, spec.Card.Fusion);
    }

    [Theory]
    [InlineData("majority")]
    [InlineData("average")]
    [InlineData("max_confidence")]
    public void WhiteBoxTakesEveryRule(string rule) => Refusal.Refuses(SpecSources.Fused($"{{ rule: {rule} }}", 2));

    [Fact]
    public void AnEnsembleHasAtMost64Members()
    {
        Refusal.Refuses(SpecSources.Fused("{ rule: average }", 64));
        Refusal.Refuses(SpecSources.Fused("{ rule: average }", 65), "(11,3): error EMPIR1010: 'members' must be a list of 1 to 64 values, not 65");
    }

    private static string Name((int Rule, int Members) test) => $"Rule{test.Rule}Of{test.Members}";
}
