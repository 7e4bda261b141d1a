using Empir.Evaluation;

namespace Empir.CommandLine;

/// <summary>Protocols under the names that specs, options and files use.</summary>
internal static class Protocols
{
    public static IEnumerable<string> All => Enum.GetValues<ProtocolName>().Select(Word);

    public static string Word(ProtocolName protocol) => Words.SnakeCase(protocol);

    public static ProtocolName? Find(string word)
    {
        foreach (var protocol in Enum.GetValues<ProtocolName>())
            if (Word(protocol) == word)
                return protocol;
        return null;
    }
}
