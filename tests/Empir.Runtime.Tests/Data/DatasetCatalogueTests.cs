namespace Empir.Data;

public sealed class DatasetCatalogueTests
{
    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        var message = Assert.Throws<UserErrorException>(() => DatasetCatalogue.Default.Load("imagenot", new DatasetLocation())).Message;
        Assert.Equal("There is no dataset 'imagenot'; use mnist, fashion_mnist, cifar10, imagenet.", message);
    }

    [Fact]
    public void An_applications_own_source_joins_or_replaces()
    {
        var own = new IdxDataset("mnist", ["a"]);
        Assert.Same(own, Assert.Single(DatasetCatalogue.Default.With(own).Sources, source => source.Name == "mnist"));
    }

    [Fact]
    public void A_folder_that_the_user_names_is_the_only_one_looked_in()
    {
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<MissingDataException>(() => DatasetCatalogue.Default.Load("fashion_mnist", new DatasetLocation(folder.Path))).Message;
        Assert.DoesNotContain("/usr/share", message, StringComparison.Ordinal);
    }
}
