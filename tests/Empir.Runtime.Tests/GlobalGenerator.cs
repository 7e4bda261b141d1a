namespace Empir.Tests;

/// <summary>
/// Tests of what draws from libtorch's one global generator, as dropout does: they run after all others and alone, because
/// any test beside them that draws from it would change their numbers.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class GlobalGenerator
{
    public const string Name = "global generator";
}
