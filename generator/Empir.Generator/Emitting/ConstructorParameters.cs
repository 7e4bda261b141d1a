using Empir.Generator.Layers;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>
/// The numbers that differ between the uses of a class: its constructor's parameters. Numbers that agree in every use stay
/// literals; numbers that vary together are one parameter.
/// </summary>
internal sealed class ConstructorParameters
{
    private const string InChannels = "inChannels";

    private readonly List<Parameter> declared = [];
    private readonly List<Parameter> used = [];
    private readonly int uses;

    /// <summary>Those of a class used once: none.</summary>
    public ConstructorParameters() => uses = 1;

    /// <summary>Those of a block's class.</summary>
    public ConstructorParameters(IReadOnlyList<BlockSpec> blocks)
    {
        uses = blocks.Count;
        for (var i = 0; i < blocks[0].Given.Count; i++)
            Declare(Identifier.Camel(blocks[0].Given[i].Name), $"The block's <c>{blocks[0].Given[i].Name}</c>.", blocks.Select(block => block.Given[i].Value));
        Declare(InChannels, "Channels or features that come in.", blocks.Select(block => (long)block.Input.Channels));

        void Declare(string name, string summary, IEnumerable<long> values)
        {
            if (declared.All(parameter => parameter.Name != name))
                declared.Add(new(name, summary, [.. values]));
        }
    }

    /// <summary>The parameters: what comes in, what the spec declares, and the rest.</summary>
    public IEnumerable<Parameter> Used => declared.Concat(used).Where(used.Contains).Distinct().OrderBy(parameter => parameter.Name != InChannels);

    /// <summary>An argument as C#.</summary>
    /// <param name="same">It in every use.</param>
    /// <param name="layer">The layer's name: names a parameter of its own.</param>
    public string Render(IReadOnlyList<Argument> same, string layer)
    {
        var first = same[0];
        if (uses == 1 || first.Numbers.Count == 0)
            return first.Text;
        var values = Enumerable.Range(0, first.Numbers.Count).Select(i => same.Select(argument => argument.Numbers[i]).ToArray()).ToArray();
        var isSquare = values.Length == 2 && values[0].SequenceEqual(values[1]);
        return first.Write([.. values.Select((each, i) => Cast(Number(each, first.Name + (values.Length < 2 || isSquare ? "" : i == 0 ? "_height" : "_width"), layer)))]);

        string Cast(string number) => !first.IsInt || number.All(char.IsDigit) ? number : number.Contains(' ') ? $"(int)({number})" : $"(int){number}";
    }

    /// <summary>A dimension in a comment: the number, the parameter that it is, or a letter.</summary>
    public string Dimension(IReadOnlyList<long> values, string letter) =>
        AllEqual(values) ? Invariant($"{values[0]}") : Find(values)?.Name ?? letter;

    private string Number(long[] values, string argument, string layer)
    {
        if (AllEqual(values))
            return Invariant($"{values[0]}");
        if (Find(values) is { } same)
            return Use(same).Name;
        // Three different numbers are in one ratio to a parameter by intention; two may be by chance.
        if (values.Distinct().Count() > 2)
            foreach (var parameter in declared)
                if (Ratio(values, parameter.Values) is { } factor)
                    return Invariant($"{factor} * {Use(parameter).Name}");
                else if (Ratio(parameter.Values, values) is { } divisor)
                    return Invariant($"{Use(parameter).Name} / {divisor}");

        // A keyword's @ belongs to the keyword alone.
        var name = Identifier.Camel($"{layer}_{argument.TrimStart('@')}");
        while (declared.Concat(used).Any(other => other.Name == name))
            name += "2";
        return Use(new(name, $"<c>{argument}</c> of <c>{layer}</c>.", values)).Name;
    }

    private Parameter Use(Parameter parameter)
    {
        if (!used.Contains(parameter))
            used.Add(parameter);
        return parameter;
    }

    private static long? Ratio(IReadOnlyList<long> values, IReadOnlyList<long> by) =>
        by.All(value => value > 0) && values.Zip(by, (value, unit) => value % unit == 0 && value / unit == values[0] / by[0]).All(fits => fits) ? values[0] / by[0] : null;

    private Parameter? Find(IReadOnlyList<long> values) => declared.Concat(used).FirstOrDefault(parameter => parameter.Values.SequenceEqual(values));

    private bool AllEqual(IReadOnlyList<long> values) => uses == 1 || values.All(value => value == values[0]);

    /// <summary>A parameter and its value in every use.</summary>
    public sealed class Parameter(string name, string summary, long[] values)
    {
        public string Name => name;

        public string Summary => summary;

        public IReadOnlyList<long> Values => values;
    }
}
