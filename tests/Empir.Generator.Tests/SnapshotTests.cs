namespace Empir.Generator.Tests;

public class SnapshotTests
{
    [Fact]
    public void Paper() => Verifier.Verify(GeneratorRun.Of(new RunOptions(Lines: true), ("specs/paper.empir.yaml", SpecSources.Paper)));

    [Fact]
    public void Everything() => Verifier.Verify(GeneratorRun.Of(("everything.empir.yaml", SpecSources.Everything)));

    [Fact]
    public void Structure() => Verifier.Verify(GeneratorRun.Of(("structure.empir.yaml", SpecSources.Structure)));

    [Fact]
    public void StubAfterAnError() =>
        Verifier.Verify(GeneratorRun.Of(("broken.empir.yaml", SpecSources.Small.Replace("epochs: 1", "epochs: none", StringComparison.Ordinal))));
}
