namespace Empir.CommandLine.Tests;

/// <summary>A test that sends a process a signal.</summary>
internal sealed class SignalTheoryAttribute : TheoryAttribute
{
    public SignalTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no signals between processes.";
    }
}
