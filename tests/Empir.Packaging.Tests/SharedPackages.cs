namespace Empir.Packaging.Tests;

/// <summary>Tests that share one set of packages.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPackages : ICollectionFixture<Packages>
{
    public const string Name = "Packages";
}
