using System.Globalization;
using Empir.Formats;
using Empir.Specs;
using TorchSharp;

namespace Empir.CommandLine.Measuring;

/// <summary>The jobs with TorchSharp, apart so that the other ones do not load it.</summary>
internal static class TorchChild
{
    public static void Serve(EnsembleSpec spec, BenchFolder folder, TextReader orders, TextWriter answers)
    {
        using var ensemble = spec.Create();
        var member = ensemble.Members.First(one => one.Card.IsFullPrecision);
        StateDict.Read(folder.Weights, member);
        using var run = new TorchRun(folder.ReadImages(), member.Card.Input);
        while (orders.ReadLine() is { Length: > 0 } order)
        {
            int[] numbers = [.. order.Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            torch.set_num_threads(numbers[0]);
            answers.WriteLine(Timing.Seconds(() => run.Member(member, numbers[2], numbers[1])).ToString("R", CultureInfo.InvariantCulture));
            answers.Flush();
        }
    }

    public static void Predict(EnsembleSpec spec, BenchFolder folder, int batch)
    {
        using var ensemble = spec.Create();
        var member = ensemble.Members.First(one => one.Card.IsFullPrecision);
        foreach (var other in ensemble.Members.Where(one => one != member))
            other.Dispose();
        StateDict.Read(folder.Weights, member);
        torch.set_num_threads(1);
        var images = folder.ReadImages();
        using var run = new TorchRun(images, member.Card.Input);
        run.Member(member, Math.Min(batch, images.Length / (member.Card.Input.Channels * member.Card.Input.Height * member.Card.Input.Width)), batch);
    }
}
