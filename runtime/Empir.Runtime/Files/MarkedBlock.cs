using System.Text;

namespace Empir.Files;

/// <summary>The part of a text file that a program writes: the lines between two marks, which are comments of Markdown.</summary>
/// <param name="name">Its name, in both marks.</param>
public sealed class MarkedBlock(string name)
{
    /// <summary>The line before it.</summary>
    public string Begin => $"<!-- {name}: begin -->";

    /// <summary>The line after it.</summary>
    public string End => $"<!-- {name}: end -->";

    /// <summary>Finds out whether a file has the block, before anything long is done for it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">It cannot be read, or has no such marks.</exception>
    public void Check(string path) => Find(path);

    /// <summary>What is between the marks: whole lines.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">It cannot be read, or has no such marks.</exception>
    public string Read(string path)
    {
        var (page, begin, end) = Find(path);
        return page[begin..end].TrimStart('\n');
    }

    /// <summary>Replaces what is between the marks, atomically; the rest of the file stays as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Whole lines.</param>
    /// <exception cref="UserErrorException">It cannot be read or written, or has no such marks.</exception>
    public void Write(string path, string text)
    {
        var (page, begin, end) = Find(path);
        var written = $"{page[..begin]}\n{text}{page[end..]}";
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(written)));
    }

    private (string Page, int Begin, int End) Find(string path)
    {
        string page;
        try
        {
            page = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message.TrimEnd('.')}. Check its place and its permissions.", error);
        }
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        return begin >= 0 && end >= begin
            ? (page, begin + Begin.Length, end)
            : throw new UserErrorException($"{path} has no lines '{Begin}' and '{End}' to write between; add them.");
    }
}
