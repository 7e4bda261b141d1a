using System.CommandLine;

namespace Empir.CommandLine.Parsing;

/// <summary>--json.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption(string what) : base("--json") => Description = $"Write {what} to standard output as JSON, and nothing else.";
}
