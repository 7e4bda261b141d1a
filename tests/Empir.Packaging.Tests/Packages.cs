using System.IO.Compression;
using System.Xml.Linq;

namespace Empir.Packaging.Tests;

/// <summary>The repository's packages, packed once into a temporary folder.</summary>
public sealed class Packages : IAsyncLifetime
{
    /// <summary>A version of this run alone, so that no package that lies about on the machine can be taken for it.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    public string Folder { get; } = Directory.CreateTempSubdirectory("empir-packages-").FullName;

    public IEnumerable<string> Ids => Directory.GetFiles(Folder, "*.nupkg")
        .Select(path => Path.GetFileName(path).Replace($".{Version}.nupkg", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public Task InitializeAsync() => DotNet.Succeed(
        Repository.Root,
        "pack", "Empir.sln", "--no-build", "-c", Repository.Configuration, "-o", Folder,
        $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={Path.Combine(Folder, "nuspec")}");

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The files of a package, without those that belong to the format.</summary>
    public string[] FilesOf(string id)
    {
        using var package = Open(id);
        return [.. package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The elements of a package's nuspec.</summary>
    public XElement[] NuspecOf(string id)
    {
        using var package = Open(id);
        using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        return [.. XDocument.Load(nuspec).Descendants()];
    }

    private ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Folder, $"{id}.{Version}.nupkg"));
}
