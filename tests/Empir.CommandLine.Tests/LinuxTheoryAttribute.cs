namespace Empir.CommandLine.Tests;

/// <summary>A test that sends a signal with kill(1).</summary>
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Signals are sent on Linux only.";
    }
}
