using Empir.Data;
using Empir.Ensembles;
using Empir.Packed;
using static TorchSharp.torch;

namespace Empir.CommandLine.Work;

/// <summary>
/// The packed ensemble's decisions beside those of TorchSharp, image by image, and every member's: the lazy vote asks some members
/// about few images, so its decisions alone say little of them.
/// </summary>
/// <param name="Images">How many images.</param>
/// <param name="Mismatches">How many the ensemble decided otherwise.</param>
/// <param name="MemberMismatches">How many each member alone decided otherwise.</param>
/// <param name="First">The first images that anything decided otherwise, by index.</param>
/// <param name="MemberLogitDifferences">How far each member's logits are from TorchSharp's.</param>
internal sealed record PackVerification(
    int Images, int Mismatches, IReadOnlyDictionary<string, int> MemberMismatches, IReadOnlyList<int> First, IReadOnlyDictionary<string, LogitDifference> MemberLogitDifferences)
{
    private const int Shown = 10, Batch = 128;

    /// <summary>Whether nothing was decided otherwise.</summary>
    public bool IsSame => First.Count == 0;

    public static PackVerification Of(Ensemble ensemble, PackedEnsemble packed, ImageDataset test, int images, CancellationToken cancellation)
    {
        using var _ = no_grad();
        using var frozen = ensemble.Freeze();
        var mismatches = new long[1 + ensemble.Members.Count];
        var different = new List<int>();
        var logitDifferences = new LogitDifference[ensemble.Members.Count];
        for (var first = 0; first < images; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(Batch, images - first);
            var (x, _) = test.Range(first, count, CPU);
            var pixels = x.data<float>().ToArray();
            var wanted = ensemble.Logits(x.to(ensemble.Device)).cpu();
            var (classes, logits) = (new int[count], new float[wanted.numel()]);
            // As bytes, which is what most will give it; the logits are of floats.
            packed.Predict([.. pixels.Select(pixel => (byte)MathF.Round(pixel * byte.MaxValue))], classes);
            packed.Logits(pixels, logits);
            var vote = tensor(classes).ne(ensemble.Fusion.Decide(wanted));
            var members = tensor(logits).view(wanted.shape).argmax(-1).ne(wanted.argmax(-1));
            // [members, images, classes], both.
            var pairs = logits.Zip(wanted.data<float>()).Chunk(logits.Length / (ensemble.Members.Count * count));
            foreach (var (row, one) in pairs.Index())
                logitDifferences[row / count] = logitDifferences[row / count].With(one);
            // [vote and members, images].
            var isOther = cat([vote.unsqueeze(0), members]);
            foreach (var (row, sum) in isOther.sum(1).data<long>().Index())
                mismatches[row] += sum;
            different.AddRange(isOther.any(0).nonzero().data<long>().Select(image => first + (int)image));
        }
        return new(
            images, (int)mismatches[0],
            packed.Model.Members.Index().ToDictionary(member => member.Item.Name, member => (int)mismatches[1 + member.Index]),
            [.. different.Take(Shown)],
            packed.Model.Members.Index().ToDictionary(member => member.Item.Name, member => logitDifferences[member.Index]));
    }
}
