namespace Empir.Data;

public sealed class DatasetLocationTests
{
    private const string Installed = "/usr/share/shapes";

    [Theory]
    [InlineData("/named", "/data", "/named/shapes /named")]
    [InlineData(null, "/data", "/data/shapes /data /cache/empir/data/shapes /usr/share/shapes")]
    [InlineData(null, "", "/cache/empir/data/shapes /usr/share/shapes")]
    [InlineData(null, null, "/cache/empir/data/shapes /usr/share/shapes")]
    public void A_dataset_is_looked_for_where_the_user_says_then_where_it_is_fetched_to_then_in_the_systems_folders(string? named, string? variable, string folders)
    {
        using var data = new EnvironmentVariable(DatasetLocation.Variable, variable);
        using var cache = new EnvironmentVariable("XDG_CACHE_HOME", "/cache");
        var location = new DatasetLocation(named);

        Assert.Equal(folders, string.Join(' ', location.Folders("shapes", [Installed])).Replace('\\', '/'));
        // What is fetched is found again before all else.
        Assert.Equal(location.Folders("shapes", [Installed])[0], location.Home("shapes"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not/from/the/root")]
    public void Without_a_whole_path_to_a_cache_the_accounts_own_is_taken(string? cache)
    {
        using var data = new EnvironmentVariable(DatasetLocation.Variable, null);
        using var variable = new EnvironmentVariable("XDG_CACHE_HOME", cache);

        var home = new DatasetLocation().Home("shapes");

        Assert.StartsWith(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), home, StringComparison.Ordinal);
        Assert.EndsWith(Path.Combine("empir", "data", "shapes"), home, StringComparison.Ordinal);
    }
}
