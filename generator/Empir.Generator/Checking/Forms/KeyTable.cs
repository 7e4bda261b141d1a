namespace Empir.Generator.Checking.Forms;

/// <summary>A key of the spec language.</summary>
internal abstract class Key(string name, bool isRequired, string description)
{
    public string Name => name;

    public bool IsRequired => isRequired;

    /// <summary>One line for the schema, shown while typing.</summary>
    public string Description => description;

    public abstract Form ValueForm { get; }

    public static Key<T> Required<T>(string name, Form<T> form, string description) => new(name, form, true, description);

    public static Key<T> Optional<T>(string name, Form<T> form, string description) => new(name, form, false, description);
}

/// <summary>A key with values of type <typeparamref name="T" />.</summary>
internal sealed class Key<T>(string name, Form<T> form, bool isRequired, string description) : Key(name, isRequired, description)
{
    public override Form ValueForm => form;
}

/// <summary>The keys a section of the spec may have. What is not in the table is an error.</summary>
/// <param name="title">The section in messages, such as <c>a conv2d layer</c>.</param>
/// <param name="keys">Its keys, in the order a reader expects.</param>
internal sealed class KeyTable(string title, params Key[] keys)
{
    public string Title => title;

    public IReadOnlyList<Key> Keys => keys;

    /// <summary>The key of a name; null if there is none.</summary>
    public Key? Find(string name)
    {
        foreach (var key in keys)
            if (key.Name == name)
                return key;
        return null;
    }
}
