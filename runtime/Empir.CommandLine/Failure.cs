namespace Empir.CommandLine;

/// <summary>The one place where an exception becomes a line on standard error and an exit code.</summary>
internal static class Failure
{
    private const string DebugVariable = "EMPIR_DEBUG";

    public static int Report(Tool tool, Exception error)
    {
        var (exitCode, message) = error switch
        {
            StoppedException => (ExitCode.Interrupted, error.Message),
            OperationCanceledException => (ExitCode.Interrupted, "stopped."),
            UserErrorException => (ExitCode.WrongInput, OneLine(error.Message)),
            _ => (ExitCode.Failed, $"failed: {FirstLine(error.Message)} ({error.GetType().Name}; {DebugVariable}=1 shows where)"),
        };
        tool.Error.WriteLine($"{tool.Name}: {message}");
        if (Environment.GetEnvironmentVariable(DebugVariable) == "1")
            tool.Error.WriteLine(error);
        return exitCode;
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    // libtorch's messages go on with its own call stack.
    private static string FirstLine(string message) => message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
}
