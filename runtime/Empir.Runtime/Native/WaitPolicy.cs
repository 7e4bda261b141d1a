using System.Runtime.InteropServices;

namespace Empir.Native;

/// <summary>
/// Shortens how long OpenMP's threads spin while they wait for each other. GNU's default is milliseconds, which on a busy
/// machine takes the core away from the very thread they wait for (twice the time beside two busy processes); sleeping at
/// once costs a tenth on an idle one. A few microseconds of spinning costs nothing measurable on either.
/// </summary>
internal static partial class WaitPolicy
{
    private const string SpinCount = "10000";

    /// <summary>OpenMP's own variables; a user who has set one is left alone.</summary>
    private static readonly string[] Variables = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"];

    /// <summary>Sets the policy for the OpenMP library that libtorch is about to load, and says what was done.</summary>
    public static string Shorten()
    {
        if (Array.Find(Variables, variable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable))) is { } chosen)
            return $"as {chosen}={Environment.GetEnvironmentVariable(chosen)} says";
        try
        {
            // .NET's own variables are invisible to native code.
            return SetVariable(Variables[0], SpinCount, 0) == 0
                ? $"spin shortly, then sleep ({Variables[0]}={SpinCount}; set it or {Variables[1]} to choose)"
                : "left alone (the variable could not be set)";
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return "left alone (not glibc)";
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
