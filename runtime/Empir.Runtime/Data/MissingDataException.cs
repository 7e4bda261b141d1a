namespace Empir.Data;

/// <summary>A dataset, or a file of it, is not there. The message names it and where it was looked for.</summary>
public sealed class MissingDataException : UserErrorException
{
    /// <summary>A missing dataset.</summary>
    public MissingDataException() : this("A dataset is not there.") { }

    /// <summary>A missing dataset.</summary>
    /// <param name="message">One line: what is missing, and where it was looked for.</param>
    public MissingDataException(string message) : base(message) { }

    /// <summary>A missing dataset.</summary>
    /// <param name="message">One line: what is missing, and where it was looked for.</param>
    /// <param name="innerException">What noticed it.</param>
    public MissingDataException(string message, Exception? innerException) : base(message, innerException) { }
}
