namespace Empir.Data;

/// <summary>Where a dataset comes from.</summary>
public abstract class DatasetSource
{
    /// <param name="name">The name that specs use.</param>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    protected DatasetSource(string name, IReadOnlyList<string> classes) => (Name, Classes) = (name, classes);

    /// <summary>The name that specs use, such as <c>mnist</c>.</summary>
    public string Name { get; }

    /// <summary>The classes' names, in the order of the labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Reads the whole dataset.</summary>
    /// <param name="where">Where to look for its files.</param>
    /// <exception cref="UserErrorException">A file is missing or damaged; the message names it and says what to do.</exception>
    public abstract DatasetSplit Load(DatasetLocation where);
}
