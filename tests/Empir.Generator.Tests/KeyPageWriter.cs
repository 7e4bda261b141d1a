using System.Text;
using Empir.Generator.Checking;
using Empir.Generator.Checking.Forms;
using Empir.Generator.Layers;

namespace Empir.Generator.Tests;

/// <summary>Writes docs/keys.md, every key of the spec language, from the checker's own key tables.</summary>
internal static class KeyPageWriter
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # Every key of a spec

            Written from the tables that the generator checks with, as the JSON schema is; a test fails when they differ.
            [spec.md](spec.md) explains the language.


            """);
        Section(page, "##", SpecKeys.Table, []);
        page.Append("## Layers\n\nWherever a layer takes a whole number, it takes an expression such as `2 * $in_channels` too.\n\n");
        foreach (var type in LayerCatalogue.All)
            Table(page, "###", $"`{type.Type}`: {type.Description}", type.Table.Keys.Where(key => key.Name != "type"));
        return page.ToString();
    }

    private static void Section(StringBuilder page, string level, KeyTable table, HashSet<KeyTable> written)
    {
        if (!written.Add(table))
            return;
        Table(page, level, char.ToUpperInvariant(table.Title[0]) + table.Title[1..], table.Keys);
        foreach (var section in table.Keys.SelectMany(key => Inside(key.ValueForm)))
            Section(page, "###", section, written);
    }

    private static void Table(StringBuilder page, string level, string title, IEnumerable<Key> keys)
    {
        page.Append(level).Append(' ').Append(title).Append("\n\n| key | value | |\n|---|---|---|\n");
        foreach (var key in keys)
            page.AppendJoin(" | ", key.IsRequired ? $"| **`{key.Name}`**" : $"| `{key.Name}`", key.ValueForm.Expected, key.Description).Append(" |\n");
        page.Append('\n');
    }

    // The layers have a chapter of their own.
    private static IEnumerable<KeyTable> Inside(Form form) => form switch
    {
        SectionForm section => [section.Table],
        IListForm list => Inside(list.Item),
        IMapForm map => Inside(map.Item),
        IEitherForm either => Inside(either.Match).Concat(Inside(either.Otherwise)),
        _ => [],
    };
}
