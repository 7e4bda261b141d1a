using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Tests;

/// <summary>A theory about kernels that need AVX2.</summary>
internal sealed class Avx2TheoryAttribute : TheoryAttribute
{
    public Avx2TheoryAttribute()
    {
        if (!Avx2.IsSupported)
            Skip = "This processor has no AVX2.";
    }
}

/// <summary>A theory about kernels that need AVX-512 VBMI.</summary>
internal sealed class Avx512VbmiTheoryAttribute : TheoryAttribute
{
    public Avx512VbmiTheoryAttribute()
    {
        if (!Avx512Vbmi.IsSupported)
            Skip = "This processor has no AVX-512 VBMI.";
    }
}

/// <summary>A fact about kernels that need AVX2.</summary>
internal sealed class Avx2FactAttribute : FactAttribute
{
    public Avx2FactAttribute()
    {
        if (!Avx2.IsSupported)
            Skip = "This processor has no AVX2.";
    }
}
