using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;

namespace Empir.Generator.Checking;

/// <summary>What a section becomes for one word of its <c>type</c>.</summary>
/// <param name="Word">The word.</param>
/// <param name="Class">The runtime's class; its parameters are called like the keys.</param>
/// <param name="Required">Keys it needs.</param>
/// <param name="Optional">Keys it may have.</param>
internal sealed record SectionType(string Word, string Class, Key[] Required, Key[] Optional)
{
    public IEnumerable<Key> Keys => Required.Concat(Optional);
}

/// <summary>A section whose <c>type</c> decides which of its keys mean something.</summary>
/// <param name="table">All its keys.</param>
/// <param name="type">The key that decides.</param>
/// <param name="types">What it may be.</param>
internal sealed class TypedSection(KeyTable table, Key<string> type, params SectionType[] types)
{
    /// <summary>Refuses keys that mean nothing, and misses those that are needed.</summary>
    public void Check(Fields section, Report report)
    {
        if (!section.Has(type))
            return;
        var chosen = Of(section);
        foreach (var key in table.Keys.Where(key => key != type && section.Has(key) && !chosen.Keys.Contains(key)))
            report.Add(Descriptors.UnusedKey, section.Locate(key), key.Name, $"'type: {chosen.Word}'");
        foreach (var key in chosen.Required.Where(key => !key.IsRequired && !section.Has(key) && !section.IsUnreadable(key)))
            report.Add(Descriptors.MissingKey, section.Locate(type), key.Name, $"{table.Title} of type '{chosen.Word}'");
    }

    /// <summary>The section as a value of the runtime; what it leaves out stays the runtime's default.</summary>
    public ValueSpec Value(Fields section) => Value(Of(section).Class, section, Of(section).Keys);

    /// <summary>A section of any kind as a value of a class of the runtime.</summary>
    public static ValueSpec Value(string name, Fields section, IEnumerable<Key> keys) =>
        new(name, keys.Where(section.Has).Select(key => new ValueArgument(Identifier.Pascal(key.Name), Argument(key, section.GetObject(key)!))).ToEquatableArray());

    private static object Argument(Key key, object value) => value switch
    {
        IReadOnlyList<Item<long>> items => items.Select(item => item.Value).ToEquatableArray(),
        string word when key == RecipeKeys.Attack => new WordValue("InnerAttack", Identifier.Pascal(word)),
        string name => new MemberValue(name),
        _ => value,
    };

    private SectionType Of(Fields section) => types.First(each => each.Word == section.Get(type));
}
