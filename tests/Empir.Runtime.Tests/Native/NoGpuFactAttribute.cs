namespace Empir.Native;

/// <summary>A test of what is said where no GPU can be used.</summary>
internal sealed class NoGpuFactAttribute : FactAttribute
{
    public NoGpuFactAttribute()
    {
        if (NativeLibraries.Report.Devices.Count > 1)
            Skip = "There is a GPU here.";
    }
}
