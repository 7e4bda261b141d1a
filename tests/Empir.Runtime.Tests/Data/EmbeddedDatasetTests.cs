namespace Empir.Data;

public sealed class EmbeddedDatasetTests
{
    [Fact]
    public void A_resource_that_is_not_there_is_the_programmers_mistake()
    {
        var source = new EmbeddedDataset(typeof(EmbeddedDatasetTests).Assembly, "nothing/", "nothing", ["a"]);
        Assert.Contains("nothing/train-images-idx3-ubyte.gz", Assert.Throws<InvalidOperationException>(() => source.Load(new DatasetLocation())).Message, StringComparison.Ordinal);
    }
}
