namespace Empir.CommandLine.Tests;

/// <summary>A test in a real browser; skipped where none is installed.</summary>
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Browser.Path is null)
            Skip = $"There is no browser on the PATH: {string.Join(", ", Browser.Names)}.";
    }
}
