namespace Empir.CommandLine;

internal static class ExitCode
{
    public const int Done = 0, Failed = 1, WrongInput = 2, Interrupted = 130;
}
