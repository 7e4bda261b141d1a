using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Reading;

/// <summary>A spec as the compiler hands it over: a path and its text, null when it cannot be read.</summary>
internal sealed record SpecFile(string Path, string? Text)
{
    public static SpecFile Create(AdditionalText file, CancellationToken cancellation) =>
        new(file.Path, file.GetText(cancellation)?.ToString());

    /// <summary>SHA-256 of the text with LF line ends, so that a checkout's line ends do not matter.</summary>
    public string Hash
    {
        get
        {
            using var algorithm = SHA256.Create();
            var normalized = (Text ?? "").Replace("\r\n", "\n").Replace('\r', '\n');
            var hash = algorithm.ComputeHash(Encoding.UTF8.GetBytes(normalized));
            return string.Concat(hash.Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>The path as seen from a folder, with forward slashes; unchanged when they share no root.</summary>
    public string RelativeTo(string folder)
    {
        var path = Path.Replace('\\', '/').Split('/');
        var from = folder.Replace('\\', '/').TrimEnd('/').Split('/');
        var shared = 0;
        while (shared < from.Length && shared < path.Length - 1 && from[shared] == path[shared])
            shared++;
        return folder.Length == 0 || shared == 0
            ? string.Join("/", path)
            : string.Join("/", Enumerable.Repeat("..", from.Length - shared).Concat(path.Skip(shared)));
    }
}
