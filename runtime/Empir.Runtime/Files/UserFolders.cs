namespace Empir.Files;

/// <summary>Folders of the user's that Empir keeps things in.</summary>
public static class UserFolders
{
    /// <summary>
    /// Things that can be made or fetched again: <c>$XDG_CACHE_HOME/empir</c>, or <c>empir</c> in the system's own place
    /// for such; null for an account without a home.
    /// </summary>
    public static string? Cache => CacheHome is { } home ? Path.Combine(home, "empir") : null;

    private static string? CacheHome
    {
        get
        {
            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg))
                return xdg;
            if (OperatingSystem.IsWindows())
                return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length == 0 ? null : Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");
        }
    }
}
