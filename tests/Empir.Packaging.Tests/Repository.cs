using System.Reflection;
using System.Xml.Linq;

namespace Empir.Packaging.Tests;

/// <summary>The repository and the build that these tests belong to.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>Debug or Release.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>Where NuGet keeps the packages that this project was restored from.</summary>
    public static string PackageFolder { get; } = Metadata("PackageFolder");

    /// <summary>The version of a package that the repository is built with.</summary>
    public static string VersionOf(string package) =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(element => element.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
