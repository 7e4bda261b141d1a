namespace Empir;

/// <summary>
/// A mistake in what the user gave: a file, an option, a variable. The message is one line that names it and says what
/// to do; programs print it without a stack trace.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>A mistake of the user's.</summary>
    public UserErrorException() : this("Something in the input is wrong.") { }

    /// <summary>A mistake of the user's.</summary>
    /// <param name="message">One line: what is wrong, where, and what to do.</param>
    public UserErrorException(string message) : base(message) { }

    /// <summary>A mistake of the user's.</summary>
    /// <param name="message">One line: what is wrong, where, and what to do.</param>
    /// <param name="innerException">What noticed it.</param>
    public UserErrorException(string message, Exception? innerException) : base(message, innerException) { }
}
