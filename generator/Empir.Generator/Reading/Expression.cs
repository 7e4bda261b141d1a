using System.Globalization;

namespace Empir.Generator.Reading;

/// <summary>
/// Whole-number arithmetic over a block's parameters, such as <c>4 * $channels</c>: + - * /, brackets, and names behind a
/// dollar sign. A division must leave no rest.
/// </summary>
internal abstract class Expression
{
    private const int LongestText = 200;

    /// <summary>No value that a spec means is larger; products of two such values still fit 64 bits.</summary>
    private const long Largest = 1L << 31;

    public static Expression Zero { get; } = new Constant(0);

    /// <summary>Every name in it.</summary>
    public abstract IEnumerable<string> Names { get; }

    /// <summary>Its value.</summary>
    /// <exception cref="ArithmeticException">A division by zero or with a rest, or a value too large; the message says which.</exception>
    public abstract long Evaluate(IReadOnlyDictionary<string, long> variables);

    /// <summary>The expression in a text, or null and what is wrong with it.</summary>
    public static Expression? Parse(string text, out string error)
    {
        error = "it is too long";
        if (text.Length > LongestText)
            return null;
        var parser = new Parser(text);
        var expression = parser.Sum();
        if (expression is not null && parser.IsAtEnd)
            return expression;
        error = parser.Complaint;
        return null;
    }

    private sealed class Constant(long value) : Expression
    {
        public override IEnumerable<string> Names => [];

        public override long Evaluate(IReadOnlyDictionary<string, long> variables) => value;
    }

    private sealed class Variable(string name) : Expression
    {
        public override IEnumerable<string> Names => [name];

        public override long Evaluate(IReadOnlyDictionary<string, long> variables) => variables[name];
    }

    private sealed class Operation(char symbol, Expression left, Expression right) : Expression
    {
        public override IEnumerable<string> Names => left.Names.Concat(right.Names);

        public override long Evaluate(IReadOnlyDictionary<string, long> variables)
        {
            var (a, b) = (left.Evaluate(variables), right.Evaluate(variables));
            if (symbol == '/' && b == 0)
                throw new ArithmeticException("it divides by zero");
            if (symbol == '/' && a % b != 0)
                throw new ArithmeticException(FormattableString.Invariant($"{a} / {b} is no whole number"));
            var value = symbol switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => a / b };
            return value is >= -Largest and <= Largest ? value : throw new ArithmeticException("its value is too large");
        }
    }

    /// <summary>Recursive descent: sums of products of factors.</summary>
    private sealed class Parser(string text)
    {
        private int at;

        public bool IsAtEnd => Peek() == '\0';

        public string Complaint => IsAtEnd ? "it ends too early" : $"'{text[at]}' is not expected after '{text.Substring(0, at).Trim()}'";

        public Expression? Sum() => Chain(Product, "+-");

        private Expression? Product() => Chain(Factor, "*/");

        private Expression? Chain(Func<Expression?> next, string symbols)
        {
            var left = next();
            while (left is not null && symbols.IndexOf(Peek()) >= 0)
            {
                var symbol = text[at++];
                left = next() is { } right ? new Operation(symbol, left, right) : null;
            }
            return left;
        }

        private Expression? Factor()
        {
            switch (Peek())
            {
                case '(':
                    at++;
                    var inside = Sum();
                    if (inside is null || Peek() != ')')
                        return null;
                    at++;
                    return inside;
                case '-':
                    at++;
                    return Factor() is { } negated ? new Operation('-', new Constant(0), negated) : null;
                case '$':
                    at++;
                    var name = Take(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');
                    return name.Length > 0 ? new Variable(name) : null;
                default:
                    var digits = Take(character => character is >= '0' and <= '9');
                    return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= Largest ? new Constant(value) : null;
            }
        }

        private string Take(Func<char, bool> wanted)
        {
            var start = at;
            while (at < text.Length && wanted(text[at]))
                at++;
            return text.Substring(start, at - start);
        }

        private char Peek()
        {
            while (at < text.Length && text[at] == ' ')
                at++;
            return at < text.Length ? text[at] : '\0';
        }
    }
}
