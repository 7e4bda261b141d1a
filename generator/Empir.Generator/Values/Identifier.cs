using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Values;

/// <summary>Turns the spec's names into C#'s.</summary>
internal static class Identifier
{
    /// <summary><c>low_a</c> to <c>LowA</c>.</summary>
    public static string Pascal(string snake)
    {
        var pascal = new StringBuilder(snake.Length);
        for (var i = 0; i < snake.Length; i++)
            if (snake[i] != '_')
                pascal.Append(i == 0 || snake[i - 1] == '_' ? char.ToUpperInvariant(snake[i]) : snake[i]);
        return pascal.ToString();
    }

    /// <summary><c>low_a</c> to <c>lowA</c>, escaped where C# has a keyword of that name.</summary>
    public static string Camel(string snake)
    {
        var pascal = Pascal(snake);
        var camel = char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
        return SyntaxFacts.GetKeywordKind(camel) == SyntaxKind.None ? camel : "@" + camel;
    }

    /// <summary>A namespace that compiles: MSBuild's RootNamespace may hold dashes, digits and keywords.</summary>
    public static string Namespace(string rootNamespace) =>
        string.Join(".", rootNamespace.Split('.').Where(part => part.Length > 0).Select(Part));

    private static string Part(string text)
    {
        var part = new StringBuilder(text);
        for (var i = 0; i < part.Length; i++)
            if (!SyntaxFacts.IsIdentifierPartCharacter(part[i]))
                part[i] = '_';
        if (!SyntaxFacts.IsIdentifierStartCharacter(part[0]))
            part.Insert(0, '_');
        var name = part.ToString();
        return SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
    }
}
