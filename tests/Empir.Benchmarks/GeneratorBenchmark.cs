using Empir.Generator;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Benchmarks;

/// <summary>The generator in a compiler that has run for a while: everything anew, after an edit of a spec, after an edit of C#.</summary>
internal static class GeneratorBenchmark
{
    private const int Specs = 200;
    private const double MillisecondsPerSpec = 1, MillisecondsPerEdit = 1;

    public static IEnumerable<string> Run()
    {
        yield return $"The generator in a warm process, on specs of {BenchmarkSpecs.Layers} layers at two precisions, which makes two networks, or at one. The first baseline is Roslyn's parser on the text that was";
        yield return "generated, which every compilation has to run besides; the second is the driver with a generator that writes one comment per spec.";
        yield return FormattableString.Invariant($"Medians (first to third quartile); the goals are {MillisecondsPerSpec} ms per spec and {MillisecondsPerEdit} ms for an edit that concerns no spec.");
        yield return "";
        yield return "| run | specs | ms | baseline | its ms | ratio | goal |";
        yield return "|---|---|---|---|---|---|---|";
        // The largest first, because it warms the others up.
        foreach (var (networks, specs) in from networks in new[] { 2, 1 } from specs in new[] { Specs, 50, 1 } select (networks, specs))
        {
            var project = new SpecProject(specs, () => new EmpirGenerator(), networks);
            project.Generate();
            var written = project.Written;
            var seconds = Timing.Rounds(specs == 1 ? 101 : 15, warmUp: 5, project.Generate, () =>
            {
                foreach (var text in written)
                    CSharpSyntaxTree.ParseText(text);
            });
            yield return Row($"everything anew, {(networks == 2 ? "two networks" : "one network")} a spec", specs, seconds, "parsing what it wrote", MillisecondsPerSpec * specs);
        }

        var (measured, least) = (new SpecProject(Specs, () => new EmpirGenerator()), new SpecProject(Specs, () => new OneCommentGenerator()));
        measured.Generate();
        least.Generate();
        yield return Row("one spec edited", Specs, Timing.Rounds(101, warmUp: 20, measured.EditSpec, least.EditSpec), "one comment", null);
        yield return Row("C# edited", Specs, Timing.Rounds(101, warmUp: 20, measured.EditCode, least.EditCode), "one comment", MillisecondsPerEdit);
    }

    private static string Row(string run, int specs, double[][] seconds, string baseline, double? goal)
    {
        var (median, least) = (Timing.Median(seconds[0]), Timing.Median(seconds[1]));
        return FormattableString.Invariant($"| {run} | {specs} | {Milliseconds.Of(seconds[0])} | {baseline} | {Milliseconds.Of(seconds[1])} | {median / least:F2} | {Milliseconds.Goal(median, goal)} |");
    }
}
