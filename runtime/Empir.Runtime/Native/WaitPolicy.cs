using System.Runtime.InteropServices;

namespace Empir.Native;

/// <summary>
/// Lets OpenMP's threads sleep while they wait for each other. By default they spin for milliseconds, which on a machine
/// that does anything else takes the core away from the very thread they wait for.
/// </summary>
internal static partial class WaitPolicy
{
    /// <summary>OpenMP's own variable; a user who has set it is left alone.</summary>
    public const string Variable = "OMP_WAIT_POLICY";

    /// <summary>Sets the policy for the OpenMP library that libtorch is about to load, and says what was done.</summary>
    public static string Set()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
            return $"as {Variable}={chosen} says";
        try
        {
            // .NET's own variables are invisible to native code.
            return SetVariable(Variable, "PASSIVE", 0) == 0 ? $"sleep ({Variable}=ACTIVE lets them spin)" : "spin (the variable could not be set)";
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return "spin (not glibc)";
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
