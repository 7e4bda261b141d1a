using System.Runtime.CompilerServices;
using Empir.Native;

// TorchSharp 0.107 leaves the Scalar that a test's own `tensor * 2` makes to the finalizer and does not keep it alive meanwhile: a
// collection that another thread's test starts can free it under the call's feet (its pull requests 1434 and 1496 are open).
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Empir.Tests;

/// <summary>One thread, so that no result depends on how many the machine has.</summary>
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
