using System.Reflection;

namespace Empir.Data;

/// <summary>A dataset of four compressed IDX files that an assembly carries as resources.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="resourcePrefix">What comes before <c>train-images-idx3-ubyte.gz</c> in the resources' names.</param>
/// <param name="name">The name that specs use.</param>
/// <param name="classes">The classes' names, in the order of the labels.</param>
public sealed class EmbeddedDataset(Assembly assembly, string resourcePrefix, string name, IReadOnlyList<string> classes)
    : DatasetSource(name, classes)
{
    /// <summary>Reads the whole dataset.</summary>
    /// <param name="where">Not used: the assembly has everything.</param>
    public override DatasetSplit Load(DatasetLocation where) => IdxImages.Read(Name, Classes, file =>
    {
        var resource = $"{resourcePrefix}{file}.gz";
        return (resource, () => assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no resource {resource}."));
    });
}
