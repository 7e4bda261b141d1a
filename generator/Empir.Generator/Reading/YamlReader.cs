using Empir.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Empir.Generator.Reading;

/// <summary>
/// Reads a spec's text into located nodes, event by event, so that a hostile file is refused before it is built: what
/// YamlDotNet's document model accepts (cycles, alias bombs, any depth) would take the compiler down.
/// </summary>
internal sealed class YamlReader
{
    private const int MaximumLength = 1 << 20;
    private const int MaximumDepth = 64;

    private readonly SourceText text;
    private readonly Parser parser;
    private readonly Report report;
    private int lastGoodIndex;
    private int depth;

    private YamlReader(SourceText text, Report report)
    {
        this.text = text;
        parser = new Parser(new StringReader(text.ToString()));
        this.report = report;
    }

    /// <summary>The document's root, or null after exactly one reported error.</summary>
    public static YamlNode? Read(SourceText text, Report report)
    {
        if (text.Length > MaximumLength)
        {
            report.Add(Descriptors.TooDeepOrLarge, default, "larger than a mebibyte", "1,048,576 characters");
            return null;
        }

        var reader = new YamlReader(text, report);
        try
        {
            return reader.ReadDocument();
        }
        catch (RefusedException)
        {
            return null;
        }
        catch (YamlException exception)
        {
            var index = exception.Start.Index > 0 ? (int)exception.Start.Index : reader.lastGoodIndex;
            report.Add(Descriptors.BrokenYaml, At(index), exception.Message.TrimEnd('.'));
            return null;
        }
        // YamlDotNet's scanner throws InvalidOperationException and others on some broken input (its issue 541).
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            report.Add(Descriptors.BrokenYaml, At(reader.lastGoodIndex), "the text after this point cannot be read; check brackets, quotes and indentation");
            return null;
        }
    }

    private YamlNode ReadDocument()
    {
        var stream = Next();
        if (Next() is not DocumentStart)
            throw Refuse(Descriptors.BrokenYaml, At((int)stream.Start.Index), "the file is empty; a spec begins with 'empir: 1'");
        var root = ReadNode(Next());
        Next();
        if (Next() is DocumentStart second)
            throw Refuse(Descriptors.SeveralDocuments, SpanOf(second));
        return root;
    }

    private YamlNode ReadNode(ParsingEvent @event)
    {
        switch (@event)
        {
            case AnchorAlias alias:
                throw Refuse(Descriptors.AnchorOrAlias, SpanOf(alias), "*" + alias.Value.Value);
            case NodeEvent { Anchor.IsEmpty: false } anchored:
                throw Refuse(Descriptors.AnchorOrAlias, SpanOf(anchored), "&" + anchored.Anchor.Value);
            case NodeEvent { Tag.IsEmpty: false } tagged:
                throw Refuse(Descriptors.Tag, SpanOf(tagged), TagAsWritten(tagged));
            case Scalar scalar:
                return new YamlScalar(SpanOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain);
            case MappingStart start:
                return ReadMapping(start);
            case SequenceStart start:
                return ReadSequence(start);
            default:
                throw Refuse(Descriptors.BrokenYaml, SpanOf(@event), "a value is missing here");
        }
    }

    private YamlMapping ReadMapping(MappingStart start)
    {
        Enter(start);
        var entries = new List<YamlEntry>();
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            if (ReadNode(next) is not YamlScalar key)
                throw Refuse(Descriptors.BrokenYaml, SpanOf(next), "a key must be plain text");
            entries.Add(new(key, ReadNode(Next())));
        }
        depth--;
        return new(entries.Count > 0 ? entries[0].Key.Span : SpanOf(start), entries);
    }

    private YamlSequence ReadSequence(SequenceStart start)
    {
        Enter(start);
        var items = new List<YamlNode>();
        for (var next = Next(); next is not SequenceEnd; next = Next())
            items.Add(ReadNode(next));
        depth--;
        return new(SpanOf(start), items);
    }

    private void Enter(ParsingEvent start)
    {
        if (++depth > MaximumDepth)
            throw Refuse(Descriptors.TooDeepOrLarge, SpanOf(start), "nested too deeply", "64 levels");
    }

    private ParsingEvent Next()
    {
        if (!parser.MoveNext())
            throw Refuse(Descriptors.BrokenYaml, At(lastGoodIndex), "the document ends too early");
        var current = parser.Current!;
        lastGoodIndex = (int)current.Start.Index;
        return current;
    }

    private RefusedException Refuse(DiagnosticDescriptor descriptor, TextSpan span, params string[] arguments)
    {
        report.Add(descriptor, span, arguments);
        return new();
    }

    // The event holds the tag resolved; the reader of the message knows it as it stands in the file.
    private string TagAsWritten(ParsingEvent tagged)
    {
        var start = (int)tagged.Start.Index;
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        return YamlScalar.Clip(text.ToString(TextSpan.FromBounds(start, end)));
    }

    // Marks are UTF-16 indices into the same text that SourceText counts lines of, so line ends of every kind agree.
    private static TextSpan SpanOf(ParsingEvent @event) =>
        TextSpan.FromBounds((int)@event.Start.Index, (int)Math.Max(@event.Start.Index, @event.End.Index));

    private static TextSpan At(int index) => new(index, 0);

    /// <summary>Unwinds after the error has been reported.</summary>
    private sealed class RefusedException : Exception;
}
