namespace Empir.Evaluation;

/// <summary>One check for masked gradients: whether an evaluation's gradients can be trusted to find what there is to find.</summary>
/// <param name="Name">The check, such as <c>zero_gradients</c>; docs/masking.md has a section for each.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Finding">One plain sentence, built from the evidence.</param>
/// <param name="Evidence">The figures behind it; empty where nothing was measured.</param>
public sealed record MaskingCheck(string Name, MaskingVerdict Verdict, string Finding, IReadOnlyList<MaskingFigure> Evidence);

/// <summary>What a check says.</summary>
public enum MaskingVerdict
{
    /// <summary>Nothing suspicious in these images.</summary>
    Clear,

    /// <summary>The sign is there: robust accuracies found with these gradients are too high, or may be.</summary>
    Tripped,

    /// <summary>Too few images are decided right to say anything.</summary>
    NotMeasured,
}

/// <summary>A figure behind a check.</summary>
/// <param name="What">What was counted or measured.</param>
/// <param name="Value">How much: images where nothing else is said.</param>
public sealed record MaskingFigure(string What, double Value);
