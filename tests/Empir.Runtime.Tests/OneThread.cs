using System.Runtime.CompilerServices;
using Empir.Native;

namespace Empir.Tests;

/// <summary>Test classes run side by side, so each computes on one thread: two OpenMP teams on two cores wait for each other.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    public static void Set()
    {
        try
        {
            NativeLibraries.EnsureLoaded();
            torch.set_num_threads(1);
        }
        catch (NativeLoadException)
        {
            // A child process that tests a failed load starts here too.
        }
    }
}
