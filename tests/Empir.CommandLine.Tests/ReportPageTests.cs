using System.Text.RegularExpressions;
using System.Xml.Linq;
using Empir.CommandLine.Reports;
using Empir.Evaluation;
using Empir.Specs;

namespace Empir.CommandLine.Tests;

/// <summary>What stands on the page.</summary>
public class ReportPageTests
{
    private static readonly string[] Sections = ["protocols", "ladder", "transfer", "masking", "examples", "card", "repeat"];

    private static readonly XElement Whole = Tree(SampleEvaluation.Everything);

    [Fact]
    public void TheHeadlineIsTheOneOfTheEvaluation() =>
        Assert.Equal(Headline.Of(SampleEvaluation.Everything), ByClass(Whole, "headline").Single().Value);

    [Fact]
    public void EverySectionIsThereAndInTheContents()
    {
        Assert.Equal(Sections, Whole.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Equal(Sections.Select(id => $"#{id}"), Whole.Descendants("nav").Single().Descendants("a").Select(link => link.Attribute("href")!.Value));
    }

    [Fact]
    public void ThePapersFigureNeverStandsWithoutTheHonestOnes()
    {
        var figures = ByClass(Whole, "figures").Single().Elements().Select(figure => figure.Value).ToArray();

        Assert.Equal(5, figures.Length);
        Assert.StartsWith("85.0%cleanwithout an attack, all 20 test images", figures[0]);
        Assert.Contains("average over its attacks 35.0%", figures[1]);
        Assert.StartsWith("20.0%white_box, worst case", figures[2]);
        Assert.StartsWith("20.0%adaptive, worst caseLinf at most 0.2", figures[3]);

        var alone = Tree(SampleEvaluation.Plain with { Protocols = [SampleEvaluation.Plain.Protocols[0]] });
        Assert.Empty(ByClass(alone, "figures"));
        Assert.Contains("overstate a defence", ByClass(alone, "headline").Single().Value);
        Assert.Contains(ByClass(Section(alone, "protocols"), "notice"), notice => notice.Value.Contains("--protocol white_box"));
    }

    [Fact]
    public void AProtocolsRowHasItsSurfaceItsIntervalsAndTheDistanceOfAnUnboundedAttack()
    {
        var rows = Section(Whole, "protocols").Descendants("article").First().Descendants("tbody").Single().Elements("tr").ToArray();

        Assert.Equal(["clean", "CW-L2on full", "PGDon mean probabilities", "worst case"], rows.Select(row => row.Element("th")!.Value));
        Assert.Equal("10.0%1-41%L2 1.25", rows[1].Elements("td").First().Value);
        Assert.Equal("60.0%31-84%", rows[2].Elements("td").First().Value);
        Assert.Equal(["clean", "attack", "attack", "worst_case"], rows.Select(row => row.Attribute("class")!.Value));
    }

    [Fact]
    public void TheEnsemblesColumnComesFirst() =>
        Assert.All(Section(Whole, "protocols").Descendants("thead"), head =>
            Assert.Equal(["accuracy", "TinyEmpirensemble", "full32-bit", "low_aw2 a4", "low_bw2 a4"], head.Descendants("th").Select(cell => cell.Value)));

    [Fact]
    public void ManyAttacksAreFoldedUnderTheWorstCaseAndACellThatDoesNotApplyIsADash()
    {
        var adaptive = Section(Whole, "protocols").Descendants("article").ElementAt(2);
        var folded = adaptive.Descendants("details").Single();
        var margin = folded.Descendants("tr").First(row => row.Value.Contains("vote margin"));

        Assert.Equal("adaptive, Linf at most 0.2", adaptive.Element("h3")!.Value);
        Assert.Equal(["clean", "worst case"], adaptive.Elements("div").Single().Descendants("th").Where(cell => (string?)cell.Attribute("scope") == "row").Select(cell => cell.Value));
        Assert.Equal("Each of its 10 attacks", folded.Element("summary")!.Value);
        Assert.Equal(["20.0%5-51%", "-", "-", "-"], margin.Elements("td").Select(cell => cell.Value));
    }

    [Fact]
    public void TheLadderIsDrawnInThePagesOwnColoursWithItsValuesBelow()
    {
        var drawings = Section(Whole, "ladder").Descendants().Where(element => element.Name.LocalName == "svg").ToArray();

        Assert.Equal(["wide", "narrow"], drawings.Select(drawing => drawing.Attribute("class")!.Value));
        Assert.All(drawings, drawing =>
        {
            var text = drawing.ToString();
            Assert.DoesNotMatch("rgb|black|white|#[0-9a-f]{3}|url", text);
            for (var series = 0; series < 4; series++)
                Assert.Contains($"var(--series-{series})", text);
            Assert.All(new[] { "full", "low_a", "low_b", "TinyEmpir", "epsilon", "100%" }, label => Assert.Contains($">{label}<", text));
        });
        Assert.Contains("Nothing is left of TinyEmpir at epsilon 1.", Section(Whole, "ladder").Value);
        Assert.Equal(["0", "0.1", "1"], Section(Whole, "ladder").Descendants("tbody").Descendants("th").Select(cell => cell.Value));
    }

    [Fact]
    public void ALadderThatStopsAboveZeroSaysSo()
    {
        var page = Tree(SampleEvaluation.Everything with { Ladder = [.. SampleEvaluation.Everything.Ladder!.SkipLast(1)] });

        Assert.Contains("40.0% of the images survive even epsilon 0.1", Section(page, "ladder").Value);
    }

    // Where no clean image is right, nothing is attacked.
    [Fact]
    public void ALadderMayEndWhereItBegins()
    {
        var clean = SampleEvaluation.Everything.Ladder![0];
        var none = clean with { Threat = null, Cells = [.. clean.Cells.Select(cell => cell with { Accuracy = 0 })] };

        Assert.Contains("Nothing is left of TinyEmpir at epsilon 0.", Section(Tree(SampleEvaluation.Everything with { Ladder = [none] }), "ladder").Value);
    }

    [Fact]
    public void TheHeatMapHasAShadeAndANumberInEveryCell()
    {
        var cells = Section(Whole, "transfer").Descendants("td").ToArray();

        Assert.Equal(12, cells.Length);
        Assert.Equal(("0.0%", "--broken: 1"), (cells[0].Value, cells[0].Attribute("style")!.Value));
        Assert.Equal(("40.0%", "--broken: 0.6"), (cells[11].Value, cells[11].Attribute("style")!.Value));
    }

    [Fact]
    public void AMaskingCheckIsAWordASentenceAndItsEvidence()
    {
        var checks = Section(Whole, "masking").Descendants("li").ToArray();

        Assert.Contains("1 of 2 checks tripped", Section(Whole, "masking").Value);
        Assert.Equal(["clear", "tripped", "not_measured"], checks.Select(check => check.Attribute("class")!.Value));
        Assert.Equal("trippedfgsm beats iterativeFGSM breaks 4 images that PGD leaves.EvidenceEvidence of fgsm beats iterativewhatvaluebroken by FGSM alone4", checks[1].Value);
        Assert.Empty(checks[2].Descendants("details"));
    }

    [Fact]
    public void AnExampleShowsBothImagesTheirDifferenceAndEveryVote()
    {
        var example = Section(Whole, "examples").Descendants("article").First();
        var images = example.Descendants("img").ToArray();

        Assert.Equal("Image 2: rows", example.Element("h3")!.Value);
        Assert.Contains("taken for columns", example.Value);
        Assert.Contains("it stood", Section(Whole, "examples").Descendants("article").Last().Value);
        Assert.Equal(["rows, as it is", "rows, attacked", "what the attack changed of rows"], images.Select(image => image.Attribute("alt")!.Value));
        // A quarter of grey, 0.45 of it, and the largest change, which becomes white.
        Assert.Equal([64, 115, 255], images.Select(image => (int)Convert.FromBase64String(image.Attribute("src")!.Value.Split(',')[1])[^1]));
        Assert.Contains("2.5 times as strong", example.Value);
        Assert.Equal(["TinyEmpirensemble", "full32-bit", "low_aw2 a4", "low_bw2 a4"], example.Descendants("tbody").Descendants("th").Select(cell => cell.Value));
        Assert.Equal(["rowsright, 90.0%", "columnswrong, 60.0%"], example.Descendants("tbody").Descendants("td").Take(2).Select(cell => cell.Value));
    }

    [Fact]
    public void WhatWasNotMeasuredNamesTheOptionThatMeasuresIt()
    {
        var page = Tree(SampleEvaluation.Plain with { Examples = [] });

        foreach (var option in new[] { "ladder", "transfer", "masking" })
            Assert.Contains($"'tiny evaluate TinyEmpir --{option}'", ByClass(Section(page, option), "notice").Single().Value);
        Assert.Single(ByClass(Section(page, "examples"), "notice"));
    }

    [Fact]
    public void TheCommandGivesTheSameEvaluation()
    {
        Assert.Equal(
            "tiny evaluate TinyEmpir --protocol paper --protocol white_box --images 10 --epsilon 0.2 --seed 7 --device cpu --threads 2",
            Section(Tree(SampleEvaluation.Plain), "repeat").Descendants("pre").Single().Value);
        Assert.Equal(
            "tiny evaluate TinyEmpir --protocol adaptive --images 10 --seed 7 --exhaustive --device cpu --threads 2",
            Section(Tree(SampleEvaluation.Plain with { Protocols = [SampleEvaluation.Adaptive(0.1), SampleEvaluation.Adaptive(0.2)], Transfer = null }), "repeat").Descendants("pre").Single().Value);
        Assert.Contains("--epsilon 0.1 --seed 7 --exhaustive", Section(Tree(SampleEvaluation.Plain with { Protocols = [SampleEvaluation.Adaptive(0.1)] }), "repeat").Descendants("pre").Single().Value);
        var whole = Section(Whole, "repeat").Value;
        Assert.All(new[] { "--ladder --transfer --masking", "libtorch 2.10.0", "aa11", "bb22", "cc33", "dd44", SampleEvaluation.Plain.Format }, fact => Assert.Contains(fact, whole));
    }

    [Fact]
    public void CardAndCostAreTheSpecs()
    {
        var card = Section(Whole, "card").Value;

        Assert.Contains("1.421 times the memory of full alone", card);
        Assert.Contains("majority, ties to full", card);
        Assert.Contains("Layers of Tiny low", card);
    }

    [Fact]
    public void ATextOfAnotherSpecIsNotPassedOff()
    {
        Assert.Empty(ByClass(Whole.Descendants("header").Single(), "notice"));

        var page = Tree(SampleEvaluation.Everything with { SpecSha256 = "other" });

        Assert.Contains("has changed since this evaluation", ByClass(page.Descendants("header").Single(), "notice").Single().Value);
    }

    [Fact]
    public void NamesAreTextAndNeverMarkup()
    {
        const string hostile = "</style><script>alert('\"&')</script>\u0001\uD800";
        var sample = SampleEvaluation.Everything;
        var page = Page(
            sample with
            {
                Ensemble = hostile,
                Fusion = hostile,
                SpecFile = hostile,
                Data = sample.Data with { Dataset = hostile, Classes = [hostile, hostile, hostile] },
                Environment = sample.Environment with { Platform = hostile },
                Members = [new(hostile, hostile, hostile, hostile)],
                Masking = [new(hostile, MaskingVerdict.Tripped, hostile, [new(hostile, double.NaN)])],
                Protocols = [.. sample.Protocols.Select(protocol => protocol with { Protocol = hostile, Title = hostile })],
                Ladder = [.. sample.Ladder!.Select(row => row with { Cells = [.. row.Cells.Select(cell => cell with { System = hostile })] })],
                Examples = [.. sample.Examples.Select(example => example with { Attack = hostile, Surface = hostile })],
            },
            TinyEmpir.Spec with { Card = TinyEmpir.Spec.Card with { Name = hostile, Description = hostile, SpecFile = hostile } });

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Single(Occurrences("</style").Matches(page));
        var tree = XElement.Parse(page[page.IndexOf('\n', StringComparison.Ordinal)..]);
        Assert.Equal("</style><script>alert('\"&')</script>\uFFFD\uFFFD", tree.Descendants("h1").Single().Value);
    }

    [Fact]
    public void ThePageNeedsNothingElse()
    {
        var links = Whole.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href").Select(attribute => attribute.Value);

        Assert.All(links, link => Assert.Matches("^(#|data:)", link));
        Assert.Contains("default-src 'none'", Whole.ToString());
        var style = Whole.Descendants("style").Single().Value;
        // Inside <style> a browser undoes no escapes.
        Assert.DoesNotMatch("[<>&]|url|@import", style);
        Assert.Contains("prefers-color-scheme: dark", style);
    }

    [Fact]
    public void ThePageCanBeReadAloud()
    {
        Assert.All(Whole.Descendants("table"), table => Assert.NotEmpty(table.Element("caption")!.Value));
        Assert.All(Whole.Descendants("th"), header => Assert.NotNull(header.Attribute("scope")));
        Assert.All(Whole.Descendants("img"), image => Assert.NotEmpty(image.Attribute("alt")!.Value));
        Assert.All(Whole.Descendants().Where(element => element.Name.LocalName == "svg"), drawing => Assert.Equal("title", drawing.Elements().First().Name.LocalName));
        Assert.Single(Whole.Descendants("h1"));
        Assert.Equal("en", Whole.Attribute("lang")!.Value);
    }

    private static string Page(EvaluationReport evaluation, EnsembleSpec spec) => ReportPage.Of(new(evaluation, spec, "tiny"));

    private static XElement Tree(EvaluationReport evaluation)
    {
        var page = Page(evaluation, TinyEmpir.Spec);
        Assert.StartsWith("<!DOCTYPE html>\n<html", page);
        return XElement.Parse(page[page.IndexOf('\n', StringComparison.Ordinal)..]);
    }

    private static XElement Section(XElement page, string id) => page.Descendants("section").Single(section => section.Attribute("id")!.Value == id);

    private static IEnumerable<XElement> ByClass(XElement page, string name) =>
        page.Descendants().Where(element => (string?)element.Attribute("class") == name);

    private static Regex Occurrences(string text) => new(Regex.Escape(text));
}
