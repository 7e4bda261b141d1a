using System.Runtime.InteropServices;
using System.Xml.Linq;
using Empir.Evaluation;
using static System.FormattableString;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>A few images: clean, attacked, the change between them, and every system's vote on both.</summary>
internal static class ExampleSection
{
    private const string Title = "What it looks like";

    public static XElement Of(ReportSubject subject)
    {
        var examples = subject.Evaluation.Examples;
        return examples.Count == 0
            ? Section("examples", Title, Notice("There is none: an example is an image that the ensemble decides right without an attack."))
            : Section("examples", Title,
                Paragraph("The first images that an attack broke, and one that stood where there is one; not chosen by their looks. A confidence is the probability of the class that was decided, the ensemble's the mean of its members'."),
                Element("div", Class("examples"), examples.Select(example => Show(example, subject))));
    }

    private static XElement Show(Example example, ReportSubject subject)
    {
        var data = subject.Evaluation.Data;
        var (clean, adversarial) = (Pixels(example.Clean), Pixels(example.Adversarial));
        var (minimum, maximum) = (example.Threat.Minimum, example.Threat.Maximum);
        // The largest change becomes the whole way from grey to black or white.
        var factor = example.Linf > 0 ? (maximum - minimum) / 2 / example.Linf : 1;
        var change = clean.Zip(adversarial, (before, after) => (float)((after - before) * factor + (minimum + maximum) / 2.0)).ToArray();
        var name = data.Classes[example.Label];
        var vote = example.Votes[^1];
        return Element("article",
            Element("h3", $"Image {example.Image}: {name}"),
            Paragraph($"{example.Attack} of {example.Protocol} on {ReportSubject.Spaced(example.Surface)}, {ReportSubject.Words(example.Threat)}: {(vote.Adversarial == example.Label ? "it stood" : $"taken for {data.Classes[vote.Adversarial]}")}."),
            Element("div", Class("images"),
                Picture(clean, "clean", $"{name}, as it is"),
                Picture(adversarial, "attacked", $"{name}, attacked", Invariant($"L2 {example.L2:0.00}, Linf {example.Linf:0.000}")),
                Picture(change, "the change", $"what the attack changed of {name}", Invariant($"{factor:0.0} times as strong; grey is none"))),
            Table(
                $"Votes on image {example.Image}", ["system", WordHeader("clean"), WordHeader("attacked")],
                example.Votes.SkipLast(1).Prepend(vote).Select(one => Row(
                    subject.Header(one.System),
                    [Decision(one.Clean, one.CleanConfidence), Decision(one.Adversarial, one.AdversarialConfidence)],
                    subject.Emphasis(one.System)))));

        XElement Picture(float[] pixels, string caption, string alternative, string? remark = null) => Element("figure",
            Element("img", Attribute("src", Bitmap.DataUri(pixels, data.Shape, minimum, maximum)), Attribute("alt", alternative)),
            Element("figcaption", caption, remark is null ? null : Small(remark)));

        XElement Decision(int decided, double confidence) => Element("td", Class(decided == example.Label ? "right" : "wrong"),
            data.Classes[decided], Small($"{(decided == example.Label ? "right" : "wrong")}, {Words.Percent(confidence)}"));
    }

    private static float[] Pixels(string base64) => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(base64)).ToArray();
}
