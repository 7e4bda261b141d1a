using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Tests;

/// <summary>What runs again after an edit. That nothing does without one is asserted by every test that runs the generator.</summary>
public class IncrementalTests
{
    private static readonly (string Name, string? Text)[] Three =
        [("a.empir.yaml", SpecSources.Small), ("b.empir.yaml", SpecSources.Everything), ("c.empir.yaml", SpecSources.Paper)];

    [Fact]
    public void EditingCSharpRunsNothing() =>
        AssertReasons(
            GeneratorRun.Of(Three).Edit(compilation => compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Added;"))),
            Expected.Nothing);

    [Fact]
    public void EditingOneSpecRunsOnlyThatSpec() =>
        AssertReasons(
            GeneratorRun.Of(Three).Edit("a.empir.yaml", SpecSources.Small.Replace("out_channels: 4", "out_channels: 6", StringComparison.Ordinal)),
            Expected.Network with { Cached = 2 });

    [Fact]
    public void EditingTrainingWritesNoNetworkAgain() =>
        AssertReasons(
            GeneratorRun.Of(Three).Edit("a.empir.yaml", SpecSources.Small.Replace("epochs: 1", "epochs: 2", StringComparison.Ordinal)),
            Expected.Ensemble with { Cached = 2 });

    // The ensemble's file holds the spec's hash, so it alone is written again.
    [Fact]
    public void ACommentAboveALayerWritesNoNetworkAgain() =>
        AssertReasons(
            GeneratorRun.Of(Three).Edit("a.empir.yaml", WithComment(SpecSources.Small)),
            Expected.Ensemble with { Cached = 2 });

    [Fact]
    public void ACommentAboveALayerMovesTheLineDirectives()
    {
        var run = GeneratorRun.Of(new RunOptions(Lines: true), Three).Edit("a.empir.yaml", WithComment(SpecSources.Small));
        AssertReasons(run, Expected.Network with { Cached = 2 });
        Assert.Contains("#line 13 \"/app/a.empir.yaml\"\n            var x = Conv1.call(input);", run.Source("Zoo.SmallEmpir.Networks.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void AMessageThatMovesWritesNothingAgain()
    {
        var broken = SpecSources.Small.Replace("epochs: 1", "epochs: none", StringComparison.Ordinal);
        var run = GeneratorRun.Of(("a.empir.yaml", broken));
        var moved = run.Edit("a.empir.yaml", WithComment(broken));

        Assert.Equal("/app/a.empir.yaml(33,11): error EMPIR1009: 'epochs' must be a whole number from 1 to 100000, not text 'none'", Assert.Single(run.Messages));
        Assert.Equal("/app/a.empir.yaml(34,11): error EMPIR1009: 'epochs' must be a whole number from 1 to 100000, not text 'none'", Assert.Single(moved.Messages));
        AssertReasons(moved, Expected.Message);
    }

    [Fact]
    public void EveryStepIsTracked() => Incremental.AssertTracksAll(GeneratorRun.Of(
        ("a.empir.yaml", SpecSources.Small), ("b.empir.yaml", SpecSources.Small), ("c.empir.yaml", "empir: 2")));

    [Fact]
    public void ARivalSpecTakesNothingFromTheFirst()
    {
        var run = GeneratorRun.Of(("a.empir.yaml", SpecSources.Small), ("b.empir.yaml", SpecSources.Small.Replace("Two low", "Three low", StringComparison.Ordinal)));

        Assert.Equal("/app/b.empir.yaml(2,11): error EMPIR4006: The ensemble 'SmallEmpir' is already declared in a.empir.yaml; rename one", Assert.Single(run.Messages));
        Assert.Contains("Two low", run.Source("Zoo.SmallEmpir.g.cs"), StringComparison.Ordinal);
        Assert.Empty(run.Output.GetDiagnostics());
    }

    private static string WithComment(string spec) =>
        spec.Replace("      - { type: conv2d, name: conv1", "      # The first layer.\n      - { type: conv2d, name: conv1", StringComparison.Ordinal);

    private static void AssertReasons(GeneratorRun run, Expected expected)
    {
        foreach (var (step, reason) in new[]
                 {
                     (Steps.Options, IncrementalStepRunReason.Cached),
                     (Steps.Files, expected.File),
                     (Steps.Checked, expected.Checked),
                     (Steps.Outcomes, expected.Outcome),
                     (Steps.EnsembleSources, expected.EnsembleSource),
                 })
        {
            var reasons = Incremental.Reasons(run, step);
            Assert.Contains(reason, reasons);
            if (step != Steps.Options && reason == IncrementalStepRunReason.Modified)
                Assert.Equal(expected.Cached, reasons.Count(each => each is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
            else
                reasons.AssertOnly(step, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
        }

        // A file per spec: that of the edited one changes or none does.
        if (expected.Networks is { } networks)
            Assert.Equal(networks, Incremental.Reasons(run, Steps.NetworkSources).Count(reason => reason == IncrementalStepRunReason.Modified));
        else
            Assert.DoesNotContain(Steps.NetworkSources, run.Result.TrackedSteps.Keys);
        Incremental.Reasons(run, Steps.ListSource).AssertOnly(Steps.ListSource, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    /// <summary>What an edit of one spec may run again.</summary>
    private sealed record Expected(
        IncrementalStepRunReason File, IncrementalStepRunReason Checked, IncrementalStepRunReason Outcome,
        IncrementalStepRunReason EnsembleSource, int? Networks, int Cached = 0)
    {
        private const IncrementalStepRunReason Same = IncrementalStepRunReason.Cached;
        private const IncrementalStepRunReason New = IncrementalStepRunReason.Modified;

        public static Expected Nothing { get; } = new(Same, Same, Same, Same, 0);

        // After a mistake there are no networks.
        public static Expected Message { get; } = new(New, New, IncrementalStepRunReason.Unchanged, Same, Networks: null);

        public static Expected Ensemble { get; } = new(New, New, New, New, 0);

        public static Expected Network { get; } = new(New, New, New, New, 1);
    }
}
