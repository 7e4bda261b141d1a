namespace Empir.Native;

/// <summary>A test of what Empir does on Linux only.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only Linux's libraries are looked for and corrected.";
    }
}
