using System.Text.RegularExpressions;

namespace Empir.Packaging.Tests;

/// <summary>The project of the README's "Use it in your own project" in a temporary folder, run once.</summary>
public sealed partial class OutsideProject(Packages packages) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("empir-outside-").FullName;

    /// <summary>What <c>dotnet run</c> printed.</summary>
    public string Output { get; private set; } = "";

    public string this[string file] => Path.Combine(folder, file);

    public async Task InitializeAsync()
    {
        var section = Section().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"))).Value;
        await File.WriteAllTextAsync(this["digits.empir.yaml"], Fenced(section, "yaml"));
        await File.WriteAllTextAsync(this["Program.cs"], Fenced(section, "csharp"));
        await File.WriteAllTextAsync(this["Digits.csproj"], Project());
        await File.WriteAllTextAsync(this["nuget.config"], Configuration());
        Output = await DotNet.Succeed(folder, "run");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    public Task<(int ExitCode, string Output)> Run(params string[] arguments) => DotNet.Run(folder, arguments);

    // As `dotnet new console` and `dotnet add package` leave it, with links instead of copies of libtorch.
    private string Project() => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <CreateSymbolicLinksForCopyLocalIfPossible>true</CreateSymbolicLinksForCopyLocalIfPossible>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Empir.Generator" Version="{packages.Version}" PrivateAssets="all" />
            <PackageReference Include="Empir.Runtime" Version="{packages.Version}" />
            <PackageReference Include="{NativePackage}" Version="{Repository.VersionOf(NativePackage)}" />
          </ItemGroup>
        </Project>
        """;

    // Everything but our own packages was restored to build these tests, so no feed is asked; our own never enter the machine's folder.
    private string Configuration() => $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="packages" /></config>
          <fallbackPackageFolders><add key="machine" value="{Repository.PackageFolder}" /></fallbackPackageFolders>
          <packageSources><clear /><add key="empir" value="{packages.Folder}" /></packageSources>
        </configuration>
        """;

    private static string NativePackage =>
        OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    private static string Fenced(string section, string language) =>
        Regex.Match(section, $"(?<=^```{language}\n).*?(?=^```$)", RegexOptions.Multiline | RegexOptions.Singleline).Value;

    [GeneratedRegex(@"(?<=^## Use it in your own project$).*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();
}
