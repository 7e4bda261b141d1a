using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.CommandLine.Work;

/// <summary>Predicts with TorchSharp.</summary>
internal static class TorchPredictor
{
    private const int Batch = 64;

    /// <param name="ensemble">The ensemble, trained.</param>
    /// <param name="pixels">Bytes, [N, C, H, W].</param>
    /// <returns>The ensemble's classes, [N], and the members' logits, [members, N, classes].</returns>
    public static (int[] Classes, float[] Logits) Predict(Ensemble ensemble, byte[] pixels)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var frozen = ensemble.Freeze();
        var input = ensemble.Card.Members[0].Network.Input;
        float[] values = [.. pixels.Select(pixel => (pixel / 255f * (input.Maximum - input.Minimum)) + input.Minimum)];
        var images = tensor(values).view(-1, input.Channels, input.Height, input.Width);
        var batches = new List<Tensor>();
        for (var first = 0L; first < images.shape[0]; first += Batch)
        {
            using var inner = NewDisposeScope();
            var x = images.narrow(0, first, Math.Min(Batch, images.shape[0] - first)).to(ensemble.Device);
            batches.Add(ensemble.Logits(x).cpu().MoveToOuterDisposeScope());
        }
        var logits = cat(batches, 1).contiguous();
        var classes = ensemble.Fusion.Decide(logits).data<long>().ToArray();
        return ([.. classes.Select(one => (int)one)], logits.data<float>().ToArray());
    }
}
