using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Empir.Native;

/// <summary>
/// Loads libtorch and TorchSharp's wrapper before TorchSharp does, so that it finds them loaded: from the folder that
/// EMPIR_LIBTORCH names or from the application's own, with the wrapper corrected where the system's libstdc++ is too old.
/// The first use of TorchSharp in a process that has Empir loaded does this by itself.
/// </summary>
public static class NativeLibraries
{
    private static readonly Lazy<NativeReport> Loaded = new(Load);

    /// <summary>What was found, chosen and done. Loads the libraries if nothing has yet; a failure is in the report.</summary>
    public static NativeReport Report
    {
        get
        {
            // Loading TorchSharp's assembly calls back below, which must not happen while the value is being made.
            _ = TorchSharpAssembly();
            return Loaded.Value;
        }
    }

    /// <summary>Loads the libraries if they are not; costs nothing after the first call; safe from any thread.</summary>
    /// <exception cref="NativeLoadException">libtorch cannot be used; the message says why and what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Report.Failure is { } failure)
            throw new NativeLoadException(failure);
    }

    // Waiting for TorchSharp's assembly lets commands that need no tensor start without half a gigabyte.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Users who call torch before any of Empir's methods are to be served too.")]
    internal static void LoadWithTorchSharp()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => LoadIfTorchSharp(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            LoadIfTorchSharp(assembly);
    }

    private static void LoadIfTorchSharp(Assembly assembly)
    {
        if (assembly.GetName().Name == "TorchSharp")
            _ = Loaded.Value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Assembly TorchSharpAssembly() => typeof(torch).Assembly;

    private static NativeReport Load()
    {
        var report = new NativeReport
        {
            Platform = $"{RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.OSDescription}",
            Allocator = OperatingSystem.IsLinux() ? Allocator.Tune() : "left alone (not Linux)",
            WaitingThreads = OperatingSystem.IsLinux() ? WaitPolicy.Shorten() : "left alone (not Linux)",
        };
        try
        {
            if (OperatingSystem.IsLinux())
                LinuxLoader.Load(ref report);
            else
                LeaveToTorchSharp();
            return report with { TorchVersion = report.TorchVersion ?? torch.__version__ };
        }
        catch (TypeInitializationException error)
        {
            return report with { Failure = (error.InnerException ?? error).Message.ReplaceLineEndings(" ") };
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return report with { Failure = error.Message };
        }
    }

    // Elsewhere TorchSharp's libraries fit the system, and it finds them itself, but only those of the application.
    private static void LeaveToTorchSharp()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(LibtorchSearch.Variable)))
            throw new NativeLoadException($"{LibtorchSearch.Variable} works on Linux only; unset it and add the libtorch package of this platform to the project.");
    }
}
