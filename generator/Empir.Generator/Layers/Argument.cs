using Empir.Generator.Checking.Forms;
using Empir.Generator.Emitting;
using Empir.Generator.Values;

namespace Empir.Generator.Layers;

/// <summary>
/// An argument of generated code, its whole numbers apart from the text around them: where a block is used with different
/// numbers, they become parameters of the block's constructor.
/// </summary>
/// <param name="Name">What the argument is, in snake_case: names a parameter made from it.</param>
/// <param name="Format">C# with <c>{0}</c> and <c>{1}</c> in place of the numbers, of which there are at most two.</param>
/// <param name="Numbers">The numbers.</param>
internal sealed record Argument(string Name, string Format, EquatableArray<long> Numbers)
{
    public static Argument Positional(string name, long value) => new(name, "{0}", [value]);

    public static Argument Named(string name, long value) => new(name, name + ": {0}", [value]);

    public static Argument Named(string name, Size size) => new(name, name + ": ({0}, {1})", [size.Height, size.Width]);

    public static Argument Named(string name, bool value) => Fixed($"{name}: {Literal.Of(value)}");

    public static Argument Named(string name, double value) => Fixed($"{name}: {Literal.Of(value)}");

    /// <summary>It as C#, its numbers as they are.</summary>
    public string Text => Numbers.Count switch
    {
        0 => Format,
        1 => Write(Literal.Of(Numbers[0])),
        _ => Write(Literal.Of(Numbers[0]), Literal.Of(Numbers[1])),
    };

    /// <summary>It as C#, with something else in place of its numbers.</summary>
    public string Write(params string[] numbers)
    {
        var text = Format;
        for (var i = 0; i < numbers.Length; i++)
            text = text.Replace(i == 0 ? "{0}" : "{1}", numbers[i]);
        return text;
    }

    /// <summary>Whether C# takes an <c>int</c> there: a parameter is a <c>long</c>.</summary>
    public bool IsInt { get; init; }

    /// <summary>Text without numbers of its own.</summary>
    public static Argument Fixed(string text) => new("", text, []);
}

/// <summary>A module that a layer registers.</summary>
/// <param name="Type">Its C# type.</param>
/// <param name="Factory">What makes it: a method or <c>new</c> and the type.</param>
/// <param name="Arguments">The arguments of the first line.</param>
/// <param name="SecondLine">Arguments that stand in a line of their own.</param>
internal sealed record ModuleCode(string Type, string Factory, EquatableArray<Argument> Arguments, EquatableArray<Argument> SecondLine);

/// <summary>A step of the forward pass: a function from one activation to the next.</summary>
/// <param name="Function">The function.</param>
/// <param name="Arguments">Its arguments after the activation.</param>
/// <param name="Output">The shape that comes out.</param>
internal sealed record Step(string Function, EquatableArray<Argument> Arguments, Checking.Specs.Shape Output);
