namespace Empir.CommandLine;

/// <summary>The user stopped the work; the message says what is kept and how to go on.</summary>
internal sealed class StoppedException(string message, OperationCanceledException stopped)
    : OperationCanceledException(message, stopped, stopped.CancellationToken);
