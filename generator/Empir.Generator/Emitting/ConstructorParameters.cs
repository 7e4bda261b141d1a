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
        Declare(InChannels, "Channels that come in.", blocks.Select(block => (long)block.Input.Channels));

        void Declare(string name, string summary, IEnumerable<long> values)
        {
            if (declared.All(parameter => parameter.Name != name))
                declared.Add(new(name, summary, [.. values]));
        }
    }

    /// <summary>The parameters, those that the spec declares first.</summary>
    public IEnumerable<Parameter> Used => declared.Where(used.Contains).Concat(used.Where(parameter => !declared.Contains(parameter)));

    /// <summary>An argument as C#.</summary>
    /// <param name="same">It in every use.</param>
    /// <param name="layer">The layer's name: names a parameter of its own.</param>
    public string Render(IReadOnlyList<Argument> same, string layer)
    {
        var numbers = new object[same[0].Numbers.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var index = i;
            var side = numbers.Length == 2 ? (i == 0 ? "_height" : "_width") : "";
            numbers[i] = Number([.. same.Select(argument => argument.Numbers[index])], $"{layer}_{same[0].Name}{side}", layer);
        }
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, same[0].Format, numbers);
    }

    /// <summary>A dimension in a comment: the number, the parameter that it is, or a letter.</summary>
    public string Dimension(IReadOnlyList<long> values, string letter) =>
        AllEqual(values) ? Invariant($"{values[0]}") : Find(values)?.Name ?? letter;

    private string Number(long[] values, string hint, string layer)
    {
        if (AllEqual(values))
            return Invariant($"{values[0]}");
        if (Find(values) is not { } parameter)
        {
            var name = Identifier.Camel(hint);
            while (declared.Concat(used).Any(other => other.Name == name))
                name += "2";
            parameter = new(name, $"A number of <c>{layer}</c>.", values);
        }
        if (!used.Contains(parameter))
            used.Add(parameter);
        return parameter.Name;
    }

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
