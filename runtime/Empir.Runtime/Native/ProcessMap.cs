namespace Empir.Native;

/// <summary>The libraries that this process has loaded, as Linux's <c>/proc/self/maps</c> tells.</summary>
internal static class ProcessMap
{
    /// <summary>The file from which a library was loaded; null if it is not.</summary>
    /// <param name="name">What its file name begins with, such as <c>libstdc++.so.6</c>.</param>
    public static string? PathOf(string name)
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && Path.GetFileName(line.AsSpan(slash)).StartsWith(name, StringComparison.Ordinal))
                return line[slash..];
        }
        return null;
    }
}
