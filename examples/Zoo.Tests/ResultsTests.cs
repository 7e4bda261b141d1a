using Empir.Files;
using Zoo.Reproduction;

namespace Zoo.Tests;

/// <summary>The tables that people read are those of the evaluations beside the zoo.</summary>
public class ResultsTests
{
    public static TheoryData<string> Datasets => [.. Study.All.Select(study => study.Dataset)];

    [Theory]
    [MemberData(nameof(Datasets))]
    public void ThePageSaysWhatTheEvaluationsSay(string dataset)
    {
        var study = Study.All.First(one => one.Dataset == dataset);
        var specs = study.Specs(EmpirSpecs.All);
        var evaluated = study.Tables(specs, [.. specs.Select(spec => Evidence.Read(spec, new(Path.Combine(Trained.Folder, spec.Name)))).OfType<Evidence>()])
            .Where(table => table.IsEvaluated).ToArray();

        Assert.NotEmpty(evaluated);
        Assert.All(evaluated, table => Assert.Equal(table.Text(), new MarkedBlock(table.Name).Read(Trained.ResultsPage)));
    }
}
