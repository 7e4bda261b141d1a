using System.Buffers.Binary;

namespace Empir.Native;

/// <summary>
/// TorchSharp's wrapper is built with a newer GCC than Debian 12's, and asks its libstdc++ for a version that is not
/// there, because of one function: <c>std::ios_base_library_init()</c>, which only makes sure that <c>std::cout</c> and
/// its siblings exist. libtorch, which the wrapper loads first, has already seen to that in the older way. The fix makes
/// the version optional and lets the call go to a harmless function of the same shape.
/// </summary>
internal static class LibstdcxxFix
{
    /// <summary>The library whose version is at fault.</summary>
    public const string Library = "libstdc++.so.6";

    private const string VersionPrefix = "GLIBCXX_";
    private const string HarmlessSymbol = "_ZSt21ios_base_library_initv";
    private const ushort WeakFlag = 2, Unversioned = 1;

    // No arguments and no effect that anybody sees; a wrapper has at least one as the ending of a name of its own.
    private static readonly string[] StandIns = ["getpid", "getppid", "sched_yield", "rand"];

    /// <summary>The versions that <paramref name="image" /> needs of libstdc++ and that the system's does not define.</summary>
    /// <param name="image">The library to be loaded.</param>
    /// <param name="system">The system's libstdc++.</param>
    public static IReadOnlyList<VersionNeed> Missing(ElfImage image, ElfImage system) =>
    [
        .. image.VersionNeeds.Where(need =>
            need.Library == Library && !need.IsWeak && !system.DefinedVersions.Contains(need.Version)),
    ];

    /// <summary>The newest <c>GLIBCXX</c> version that a libstdc++ defines.</summary>
    /// <param name="system">The system's libstdc++.</param>
    public static string? Newest(ElfImage system) => system.DefinedVersions
        .Where(version => version.StartsWith(VersionPrefix, StringComparison.Ordinal))
        .MaxBy(version => Version.TryParse(version[VersionPrefix.Length..], out var number) ? number : new Version());

    /// <summary>The library's bytes with the missing versions made optional.</summary>
    /// <param name="image">The library; not changed.</param>
    /// <param name="missing">What <see cref="Missing" /> found.</param>
    /// <exception cref="NativeLoadException">More is missing than the one harmless function.</exception>
    public static byte[] Apply(ElfImage image, IReadOnlyList<VersionNeed> missing)
    {
        var versions = string.Join(", ", missing.Select(need => need.Version));
        var indices = missing.Select(need => need.Index).ToHashSet();
        var users = image.UndefinedSymbols.Where(symbol => indices.Contains(symbol.VersionIndex)).ToList();
        if (users.FirstOrDefault(symbol => symbol.Name != HarmlessSymbol) is { } other)
        {
            throw new NativeLoadException(
                $"{image.Path} needs {versions} of {Library} for {other.Name}, which this system's lacks; install a newer libstdc++ (GCC 13 or later).");
        }
        var standIn = StandIns.Select(image.FindName).FirstOrDefault(name => name is not null)
            ?? throw new NativeLoadException(
                $"{image.Path} needs {versions} of {Library}, and offers no name to put in its place; install a newer libstdc++ (GCC 13 or later).");

        var copy = image.Bytes.ToArray();
        foreach (var need in missing)
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(need.FlagsOffset), WeakFlag);
        foreach (var symbol in users)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(symbol.NameOffset), standIn);
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(symbol.VersionOffset), Unversioned);
        }
        return copy;
    }
}
