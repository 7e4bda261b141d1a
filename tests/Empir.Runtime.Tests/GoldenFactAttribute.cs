namespace Empir;

/// <summary>A test against reference values, which lie beside the repository and are skipped where they do not.</summary>
internal sealed class GoldenFactAttribute : FactAttribute
{
    public GoldenFactAttribute()
    {
        if (!Directory.Exists(Repository.Golden))
            Skip = $"The reference values are not at {Repository.Golden}.";
    }
}
