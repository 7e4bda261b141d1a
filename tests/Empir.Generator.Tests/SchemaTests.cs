namespace Empir.Generator.Tests;

public class SchemaTests
{
    [Fact]
    public void TheSchemaIsThatOfTheKeyTables()
    {
        var path = Path.Combine(Repository.Root, "specs", "empir.schema");
        Assert.Equal("", Verifier.Compare(path + ".json", path + ".received.json", SchemaWriter.Write()));
    }
}
