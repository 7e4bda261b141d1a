namespace Empir.CommandLine.Progress;

/// <summary>Reports on the caller's thread and in order, which <see cref="Progress{T}" /> does not.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
