namespace Empir.Native;

/// <summary>A test that needs a system on which TorchSharp's own wrapper does not load.</summary>
internal sealed class OldLibstdcxxFactAttribute : FactAttribute
{
    public OldLibstdcxxFactAttribute()
    {
        if (NativeLibraries.Report.CorrectedCopy is null)
            Skip = "This system's libstdc++ has every version that TorchSharp needs.";
    }
}
