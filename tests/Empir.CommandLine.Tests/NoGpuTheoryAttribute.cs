using Empir.Native;

namespace Empir.CommandLine.Tests;

/// <summary>A test of what is said where no GPU can be used.</summary>
internal sealed class NoGpuTheoryAttribute : TheoryAttribute
{
    public NoGpuTheoryAttribute()
    {
        if (NativeLibraries.Report.Devices.Count > 1)
            Skip = "There is a GPU here.";
    }
}
