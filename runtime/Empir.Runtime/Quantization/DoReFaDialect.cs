namespace Empir.Quantization;

/// <summary>Whose 1-bit weights <see cref="DoReFaWeights" /> has; from 2 bits on the two agree.</summary>
public enum DoReFaDialect
{
    /// <summary>EMPIR's released code: ±1 by the formula of the other widths.</summary>
    Empir,

    /// <summary>The paper's own: sign(w)·mean|w|, the mean over the whole layer (DoReFa-Net, arXiv 1606.06160, equations 7 and 8).</summary>
    DoReFa,
}
