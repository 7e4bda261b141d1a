namespace Empir.CommandLine.Tests;

/// <summary>Interrupts a run once it has written a line.</summary>
internal sealed class CancellingWriter(CancellationTokenSource source, string beginning) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.StartsWith(beginning, StringComparison.Ordinal) == true)
            source.Cancel();
    }
}
