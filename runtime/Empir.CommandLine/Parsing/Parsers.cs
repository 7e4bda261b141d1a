using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Empir.CommandLine.Parsing;

/// <summary>Options whose values are checked while they are read, so that a mistake is one line that names the option.</summary>
internal static class Parsers
{
    public static Option<string?> Folder(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DIR",
        CustomParser = Folder,
    };

    public static Option<int?> Count(string name, string description, int maximum = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Number<int>(result, value => value >= 1 && value <= maximum,
            maximum == int.MaxValue ? "a whole number of at least 1" : $"a whole number from 1 to {maximum}"),
    };

    public static Option<int[]?> Counts(string name, string description, int maximum = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N,N",
        CustomParser = result => Counts(result, maximum),
    };

    public static Option<double?> Number(string name, string description, Func<double, bool> isValid, string wanted) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Number(result, isValid, wanted),
    };

    public static Option<long> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Number<long>(result, value => value >= 0, "a whole number from 0 on") ?? 0,
    };

    private static int[]? Counts(ArgumentResult result, int maximum)
    {
        var text = result.Tokens[^1].Value;
        var numbers = text.Split(',').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        if (numbers.All(number => number >= 1 && number <= maximum))
            return [.. numbers.Distinct()];
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} {text}: this has to be whole numbers of at least 1{(maximum == int.MaxValue ? "" : $" and at most {maximum}")}, with commas between them.");
        return null;
    }

    private static string? Folder(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (!string.IsNullOrWhiteSpace(text))
            return text;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} '{text}': this has to be a folder.");
        return null;
    }

    private static T? Number<T>(ArgumentResult result, Func<T, bool> isValid, string wanted) where T : struct, INumber<T>
    {
        var text = result.Tokens[^1].Value;
        if (T.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) && isValid(value))
            return value;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} {text}: this has to be {wanted}.");
        return null;
    }
}
