using System.Globalization;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>The most memory a process held that trains, beside one that only predicts the same batches; each a process of its own, since a peak never falls.</summary>
internal static class TrainingMemoryBenchmark
{
    public const string ChildArgument = "--memory";

    private const string Predicting = "predict", Training = "train", ByHand = "by-hand";

    private const int Batch = 128, Steps = 10;

    public static IEnumerable<string> Run()
    {
        if (PeakMemory.OfThisProcess is null)
            yield break;
        yield return "| a process with batches of 128 | peak MiB, predicting | training | ratio |";
        yield return "|---|---|---|---|";
        foreach (var member in FashionEmpir.Spec.Card.Members)
            yield return Row($"{member.Name} ({member.Network.Precision})", member.Name);
        yield return Row("the full network, a plain TorchSharp loop", ByHand);
    }

    /// <summary>Trains or predicts, and prints the process's peak in MiB.</summary>
    public static void RunChild(string network, string work)
    {
        if (network == ByHand)
            OfPlain(work);
        else
            OfMember(network, work);
        Console.WriteLine(PeakMemory.OfThisProcess!.Value.ToString("R", CultureInfo.InvariantCulture));
    }

    private static void OfPlain(string work)
    {
        using var images = rand(Batch * Steps, 1, 28, 28);
        using var labels = randint(10, [Batch * Steps], int64);
        using var plain = new PlainTraining();
        if (work == Training)
            plain.Run(images, labels, Batch);
        else
            plain.Predict(images, Batch);
    }

    private static void OfMember(string name, string work)
    {
        using var ensemble = new FashionEmpir();
        var (card, network) = ensemble.Card.Members.Zip(ensemble.Members).First(member => member.First.Name == name);
        if (work == Training)
        {
            using var noise = TrainingBenchmark.Noise();
            new Trainer(card, FashionEmpir.Spec.Training with { Epochs = 1, BatchSize = Batch }, specHash: "").Train(network, noise);
            return;
        }
        using var images = rand(Batch * Steps, 1, 28, 28);
        using var still = no_grad();
        network.eval();
        for (var first = 0L; first < Batch * Steps; first += Batch)
        {
            using var scope = NewDisposeScope();
            network.call(images.narrow(0, first, Batch));
        }
    }

    private static string Row(string title, string network)
    {
        var (predicting, training) = (Child(network, Predicting), Child(network, Training));
        return FormattableString.Invariant($"| {title} | {predicting:F0} | {training:F0} | {training / predicting:F2} |");
    }

    private static double Child(string network, string work)
    {
        using var child = SelfProcess.Start(SelfProcess.Command!, [ChildArgument, network, work]);
        return double.Parse(child.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }
}
