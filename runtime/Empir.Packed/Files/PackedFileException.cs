namespace Empir.Packed;

/// <summary>A file is not a packed ensemble, or a damaged one. The message is one line: the file, what is wrong, what to do.</summary>
public sealed class PackedFileException : Exception
{
    /// <summary>A damaged file.</summary>
    public PackedFileException() : this("A packed file is damaged; pack it again.") { }

    /// <summary>A damaged file.</summary>
    /// <param name="message">One line: the file, what is wrong, what to do.</param>
    public PackedFileException(string message) : base(message) { }

    /// <summary>A damaged file.</summary>
    /// <param name="message">One line: the file, what is wrong, what to do.</param>
    /// <param name="innerException">What noticed it.</param>
    public PackedFileException(string message, Exception? innerException) : base(message, innerException) { }

    internal static PackedFileException Damaged(string path, string what, Exception? cause = null) =>
        new($"{path} is damaged: {what.ReplaceLineEndings(" ")}; pack it again.", cause);
}
