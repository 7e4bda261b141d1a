using Empir.CommandLine.Reports;
using Empir.Evaluation;

namespace Empir.CommandLine.Tests;

/// <summary>The page as a browser shows it. Its pictures stay beside the tests, report-*.png, to be looked at.</summary>
public sealed class ReportInBrowserTests : IDisposable
{
    // Elements that reach beyond the page's right edge and do not scroll in a frame of their own.
    private const string Overflowing = """
        [...document.querySelectorAll('body *')].filter(element => !element.closest('.scroll > *, svg > *')
            && element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map(element => element.outerHTML.slice(0, 200)).join('\n')
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [BrowserTheory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(390, "light")]
    [InlineData(390, "dark")]
    public async Task ItShowsWithoutComplaintsAndNothingIsWiderThanTheScreen(int width, string scheme)
    {
        ReportPage.Write(new(SampleEvaluation.Everything, TinyEmpir.Spec, "tiny"), folder["report.html"]);
        await using var browser = await Browser.Start();

        await browser.Resemble(width, scheme);
        await browser.Open(folder["report.html"]);
        await browser.Evaluate("document.querySelectorAll('details').forEach(part => part.open = true)");

        Assert.Equal(Headline.Of(SampleEvaluation.Everything), (string?)await browser.Evaluate("document.querySelector('.headline').innerText"));
        Assert.Equal("", (string?)await browser.Evaluate(Overflowing));
        Assert.Equal(width, (int?)await browser.Evaluate("document.documentElement.scrollWidth"));
        // Of the two drawings only the one that fits, and it is as wide as it says: its type has the size it should.
        Assert.Equal(width < 600 ? "narrow" : "wide", (string?)await browser.Evaluate("[...document.querySelectorAll('svg')].filter(drawing => drawing.clientWidth > 0).map(drawing => drawing.getAttribute('class')).join()"));
        // Every image was decoded, and is shown at the size of its frame.
        Assert.True((bool?)await browser.Evaluate("[...document.images].every(image => image.complete && image.naturalWidth === 4 && image.clientWidth > 50)"));
        // The stylesheet was understood: a dark page is dark, and a shade is a colour.
        Assert.Equal(scheme == "dark" ? "rgb(21, 23, 26)" : "rgb(255, 255, 255)", (string?)await browser.Evaluate("getComputedStyle(document.body).backgroundColor"));
        Assert.StartsWith("rgba(", (string?)await browser.Evaluate("getComputedStyle(document.querySelector('.heat td:nth-of-type(2)')).backgroundColor"));
        Assert.Empty(browser.Complaints);
        File.WriteAllBytes(Path.Combine(AppContext.BaseDirectory, $"report-{width}-{scheme}.png"), await browser.Screenshot());
    }
}
