namespace Empir;

/// <summary>A theory against reference values; see <see cref="GoldenFactAttribute" />.</summary>
internal sealed class GoldenTheoryAttribute : TheoryAttribute
{
    public GoldenTheoryAttribute() => Skip = new GoldenFactAttribute().Skip;
}
