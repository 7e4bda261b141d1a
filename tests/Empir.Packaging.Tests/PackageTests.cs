using System.Xml.Linq;

namespace Empir.Packaging.Tests;

[Collection(SharedPackages.Name)]
public class PackageTests(Packages packages)
{
    [Fact]
    public void EveryLibraryIsAPackageAndNothingElseIs() => Assert.Equal(
        new[] { "generator", "runtime" }
            .SelectMany(folder => Directory.GetDirectories(Path.Combine(Repository.Root, folder)))
            .Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0)
            .Select(Path.GetFileName).Order(StringComparer.Ordinal),
        packages.Ids);

    // The compiler loads what lies in analyzers/dotnet/cs and nothing from elsewhere: YamlDotNet has to lie beside the generator.
    [Fact]
    public void TheGeneratorHoldsTheCompilersAndTheBuildsFilesOnly() => Assert.Equal(
        [
            "Empir.Generator.nuspec", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt",
            "analyzers/dotnet/cs/Empir.Generator.dll", "analyzers/dotnet/cs/YamlDotNet.dll",
            "build/Empir.Generator.props", "build/Empir.Generator.targets", "build/empir.schema.json",
            "buildTransitive/Empir.Generator.props", "buildTransitive/Empir.Generator.targets", "buildTransitive/empir.schema.json",
        ],
        packages.FilesOf("Empir.Generator"));

    [Theory]
    [InlineData("Empir.Packed")]
    [InlineData("Empir.Runtime")]
    [InlineData("Empir.CommandLine")]
    public void ALibraryHoldsItsAssemblyAndItsDocumentation(string id) => Assert.Equal(
        [$"{id}.nuspec", "LICENSE", "README.md", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"],
        packages.FilesOf(id));

    [Fact]
    public void TheGeneratorIsNeededToBuildAndNotToRun()
    {
        var nuspec = packages.NuspecOf("Empir.Generator");

        Assert.Equal("true", Value(nuspec, "developmentDependency"));
        Assert.DoesNotContain(nuspec, element => element.Name.LocalName == "dependency");
    }

    // The application picks the native package of its platform, so no package may bring one.
    [Theory]
    [InlineData("Empir.Runtime", "Empir.Packed", "TorchSharp")]
    [InlineData("Empir.CommandLine", "Empir.Runtime", "OxyPlot.Core", "Spectre.Console", "System.CommandLine")]
    public void ALibraryDependsOnManagedPackagesOnly(string id, params string[] needed)
    {
        var dependencies = packages.NuspecOf(id).Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);

        Assert.Empty(needed.Except(dependencies.Keys));
        Assert.DoesNotContain(dependencies.Keys, name => name.StartsWith("libtorch", StringComparison.Ordinal) || name.StartsWith("TorchSharp-", StringComparison.Ordinal));
        Assert.All(
            dependencies.Where(dependency => dependency.Key.StartsWith("Empir.", StringComparison.Ordinal)),
            dependency => Assert.Equal(packages.Version, dependency.Value));
    }

    [Fact]
    public void ThePackedEngineStandsAlone() =>
        Assert.DoesNotContain(packages.NuspecOf("Empir.Packed"), element => element.Name.LocalName == "dependency");

    [Theory]
    [InlineData("Empir.Generator")]
    [InlineData("Empir.Packed")]
    [InlineData("Empir.Runtime")]
    [InlineData("Empir.CommandLine")]
    public void APackageSaysWhatItIs(string id)
    {
        var nuspec = packages.NuspecOf(id);

        Assert.Equal(id, Value(nuspec, "id"));
        Assert.Equal("MIT", Value(nuspec, "license"));
        Assert.Equal("README.md", Value(nuspec, "readme"));
        Assert.Contains("torchsharp", Value(nuspec, "tags").Split(' '));
        // One description each: the default of the repository is none of theirs.
        Assert.Single(packages.Ids, other => Value(packages.NuspecOf(other), "description") == Value(nuspec, "description"));
    }

    private static string Value(IEnumerable<XElement> nuspec, string name) => nuspec.Single(element => element.Name.LocalName == name).Value;
}
