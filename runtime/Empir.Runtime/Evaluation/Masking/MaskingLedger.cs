namespace Empir.Evaluation;

/// <summary>Counts the shared runs as steps of an evaluation, which keeps them and does not repeat them.</summary>
/// <param name="run">The evaluation.</param>
/// <param name="system">What is checked.</param>
/// <param name="images">Images that were planned for.</param>
internal sealed class MaskingLedger(EvaluationRun run, EvaluatedSystem system, int images)
{
    /// <summary>A run: taken over where it is kept, else made now.</summary>
    /// <param name="name">Its name in the progress.</param>
    /// <param name="gradients">What an image costs, in gradients of the surface.</param>
    /// <param name="measure">Makes it.</param>
    public T Once<T>(string name, double gradients, Func<T> measure) where T : class =>
        run.Once(new(MaskingChecks.Table, name, system.Name, gradients * system.Networks), images, measure);
}
