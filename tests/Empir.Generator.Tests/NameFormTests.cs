using System.Text.RegularExpressions;
using Empir.Generator.Checking.Forms;

namespace Empir.Generator.Tests;

/// <summary>What the checker takes for a name is what the schema's pattern says.</summary>
public class NameFormTests
{
    [Fact]
    public void NamesAreThoseOfThePattern()
    {
        const string Characters = "abzABZ059_.*?- \n\u00e9";
        var random = new Random(5);
        var accepted = 0;
        foreach (var form in new[] { NameForm.Snake, NameForm.Pascal, NameForm.Glob })
            for (var i = 0; i < 5_000; i++)
            {
                var length = random.Next(20) == 0 ? random.Next(60, 260) : random.Next(6);
                var name = random.Next(2) == 0
                    ? string.Concat(Enumerable.Range(0, length).Select(_ => Characters[random.Next(Characters.Length)]))
                    : string.Concat(Enumerable.Range(0, length).Select(at => at == 0 && form == NameForm.Pascal ? 'A' : 'a'));
                var expected = Regex.IsMatch(name, form.Pattern.TrimEnd('$') + "\\z");
                Assert.True(expected == form.Matches(name), $"'{name}' and {form.Pattern}");
                accepted += expected ? 1 : 0;
            }
        Assert.InRange(accepted, 1_000, 14_000);
    }
}
