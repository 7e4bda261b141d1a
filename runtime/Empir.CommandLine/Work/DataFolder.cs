namespace Empir.CommandLine.Work;
internal static class DataFolder { public const string Variable = "EMPIR_DATA"; }
