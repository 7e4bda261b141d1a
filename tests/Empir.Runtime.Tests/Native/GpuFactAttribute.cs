namespace Empir.Native;

/// <summary>A test that needs a GPU.</summary>
internal sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute()
    {
        if (NativeLibraries.Report.Devices.Count < 2)
            Skip = "There is no GPU here, or this libtorch cannot use one.";
    }
}
