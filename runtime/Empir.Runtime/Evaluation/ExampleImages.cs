using System.Runtime.InteropServices;
using Empir.Data;
using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>
/// Chooses a few images to look at: the first that an attack broke, and one that stood. Each is attacked once more by itself,
/// and what is said of it is what the ensemble decides of the very image that is kept.
/// </summary>
/// <param name="ensemble">The ensemble, frozen.</param>
/// <param name="test">The test images.</param>
/// <param name="seed">Seed of the attacks' randomness.</param>
/// <param name="cancellation">Stops between two steps.</param>
internal sealed class ExampleImages(Ensemble ensemble, ImageDataset test, long seed, CancellationToken cancellation)
{
    private const int Broken = 4, Standing = 1;

    /// <summary>The images, attacked by the first protocol with true labels, or the first of all where there is none.</summary>
    /// <param name="protocols">The protocols.</param>
    /// <param name="results">What they found, in the same order.</param>
    public IReadOnlyList<Example> Of(IReadOnlyList<Protocol> protocols, IReadOnlyList<ProtocolResult> results)
    {
        if (protocols.Zip(results).OrderBy(pair => pair.First.Labels).FirstOrDefault() is not (var protocol, { } result))
            return [];
        // The strongest first: of several attacks that broke an image, it shows the one that is hardest to withstand. Where each met
        // only what was left, the first to break an image is the one that did.
        var attacks = protocol.Attacks.Zip(result.Rows.Skip(1))
            .Where(pair => double.IsFinite(pair.First.Threat.Epsilon) && pair.First.EnsembleSurface is not null)
            .Select(pair => (Attack: pair.First, pair.Second.Cells[^1].Accuracy, pair.Second.Cells[^1].Right))
            .OrderBy(pair => protocol.Cumulative ? 0 : pair.Accuracy).ToArray();
        var clean = result.Rows[0].Cells;
        var right = clean[^1].Right;
        string[] members = [.. clean.SkipLast(1).Select(cell => cell.System)];
        var images = Enumerable.Range(0, right.Length).Where(image => right[image] == '1').ToArray();
        return
        [
            .. images.Where(image => attacks.Any(attack => attack.Right[image] == '0'))
                .Select(image => Attacked(image, members, protocol, attacks.First(attack => attack.Right[image] == '0').Attack))
                .Where(example => !IsRight(example)).Take(Broken),
            .. images.Where(image => attacks.All(attack => attack.Right[image] == '1'))
                .Select(image => Attacked(image, members, protocol, attacks[0].Attack)).Where(IsRight).Take(Standing),
        ];
    }

    private static bool IsRight(Example example) => example.Votes[^1].Adversarial == example.Label;

    private Example Attacked(int image, IReadOnlyList<string> members, Protocol protocol, ProtocolAttack attack)
    {
        using var scope = NewDisposeScope();
        var (x, y) = test.Range(image, 1, ensemble.Device);
        var surface = attack.EnsembleSurface!(ensemble);
        using var result = attack.Attack.Run(surface, attack.Threat, x, y, seed, [image], cancellation: cancellation);
        var votes = Decisions(members, x).Zip(Decisions(members, result.Adversarial), (clean, adversarial) => new ExampleVote(
            clean.System, clean.Class, clean.Confidence, adversarial.Class, adversarial.Confidence));
        return new(
            image, (int)y.item<long>(), protocol.Name, attack.Attack.Name, surface.Name, attack.Threat,
            result.L2.item<double>(), result.Linf.item<double>(), Pixels(x), Pixels(result.Adversarial), [.. votes]);
    }

    private IEnumerable<(string System, int Class, double Confidence)> Decisions(IReadOnlyList<string> members, Tensor image)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var logits = ensemble.Logits(image);                                                       // [M, 1, C]
        var probabilities = logits.softmax(-1).squeeze(1).to(ScalarType.Float64).cpu();            // [M, C]
        var votes = logits.argmax(-1).squeeze(1).cpu().data<long>().ToArray();                     // [M]
        var decision = ensemble.Fusion.Decide(logits).item<long>();
        var order = ensemble.Card.Members.Select(member => member.Name).ToList();
        return
        [
            .. members.Select(name => (name, order.IndexOf(name)))
                .Select(member => (member.name, (int)votes[member.Item2], probabilities[member.Item2, votes[member.Item2]].item<double>())),
            (ensemble.Card.Name, (int)decision, probabilities.mean([0])[decision].item<double>()),
        ];
    }

    private static string Pixels(Tensor image)
    {
        var pixels = image.cpu().data<float>().ToArray();
        return Convert.ToBase64String(MemoryMarshal.AsBytes<float>(pixels));
    }
}
