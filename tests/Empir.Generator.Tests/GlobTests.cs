using Empir.Generator.Values;

namespace Empir.Generator.Tests;

public class GlobTests
{
    [Theory]
    [InlineData("conv1", "conv1", true)]
    [InlineData("conv1", "conv12", false)]
    [InlineData("conv*", "conv12", true)]
    [InlineData("conv*", "conv", true)]
    [InlineData("*1", "conv12_1", true)]
    [InlineData("c*v?", "conv1", true)]
    [InlineData("c*v?", "conv", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("?", "", false)]
    [InlineData("*", "", true)]
    public void Matches(string pattern, string name, bool expected) => Assert.Equal(expected, Glob.IsMatch(pattern, name));
}
