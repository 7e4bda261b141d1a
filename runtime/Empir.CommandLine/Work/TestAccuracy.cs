using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using static TorchSharp.torch;

namespace Empir.CommandLine.Work;

/// <summary>A member's or an ensemble's share of right decisions on the whole test set.</summary>
internal sealed record TestAccuracy(string System, int Right, int Images)
{
    private const int BatchSize = 200;

    public double Accuracy => (double)Right / Images;

    public WilsonInterval Interval => WilsonInterval.Of(Right, Images);

    /// <summary>Measures members, and the ensemble if all its members are among them, in one pass over the images.</summary>
    public static IReadOnlyList<TestAccuracy> Of(
        Ensemble ensemble, IReadOnlyCollection<string> names, ImageDataset test, CancellationToken cancellation)
    {
        using var _ = no_grad();
        using var frozen = ensemble.Freeze();
        var members = ensemble.Card.Members.Zip(ensemble.Members).Where(member => names.Contains(member.First.Name)).ToArray();
        var whole = members.Length == ensemble.Members.Count;
        var right = new int[members.Length + (whole ? 1 : 0)];
        for (var first = 0; first < test.Count; first += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (x, y) = test.Range(first, Math.Min(BatchSize, test.Count - first), ensemble.Device);
            var logits = members.Select(member => member.Second.call(x)).ToArray();
            for (var member = 0; member < members.Length; member++)
                right[member] += Count(logits[member].argmax(-1), y);
            if (whole)
                right[^1] += Count(ensemble.Fusion.Decide(stack(logits)), y);
        }
        return [.. members.Select(member => member.First.Name).Append(ensemble.Card.Name)
            .Zip(right, (system, count) => new TestAccuracy(system, count, test.Count))];
    }

    private static int Count(Tensor classes, Tensor labels) => (int)classes.eq(labels).sum().cpu().item<long>();
}
