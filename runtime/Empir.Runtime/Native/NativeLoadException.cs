namespace Empir.Native;

/// <summary>libtorch cannot be used here. The message is one line: the real reason and the remedy.</summary>
public sealed class NativeLoadException : UserErrorException
{
    /// <summary>libtorch cannot be used.</summary>
    public NativeLoadException() : this("libtorch could not be loaded.") { }

    /// <summary>libtorch cannot be used.</summary>
    /// <param name="message">One line: the real reason and the remedy.</param>
    public NativeLoadException(string message) : base(message) { }

    /// <summary>libtorch cannot be used.</summary>
    /// <param name="message">One line: the real reason and the remedy.</param>
    /// <param name="innerException">What noticed it.</param>
    public NativeLoadException(string message, Exception? innerException) : base(message, innerException) { }
}
