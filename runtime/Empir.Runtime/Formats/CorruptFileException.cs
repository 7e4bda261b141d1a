namespace Empir.Formats;

/// <summary>A file does not hold what its format says. The message is one line that names the file and what is wrong.</summary>
public sealed class CorruptFileException : UserErrorException
{
    /// <summary>A damaged file.</summary>
    public CorruptFileException() : this("A file is damaged.") { }

    /// <summary>A damaged file.</summary>
    /// <param name="message">One line: the file, what is wrong, what to do.</param>
    public CorruptFileException(string message) : base(message) { }

    /// <summary>A damaged file.</summary>
    /// <param name="message">One line: the file, what is wrong, what to do.</param>
    /// <param name="innerException">What noticed it.</param>
    public CorruptFileException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>A damaged file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    /// <param name="innerException">What noticed it.</param>
    public CorruptFileException(string path, string what, Exception? innerException = null)
        : base($"{path} is damaged: {what.ReplaceLineEndings(" ")}; make or fetch it again.", innerException) { }
}
