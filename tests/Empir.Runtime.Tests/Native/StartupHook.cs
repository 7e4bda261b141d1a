using Empir.Native;
using Empir.Tests.Tensors;

/// <summary>What .NET runs first in a process started by <see cref="ChildProcess" />; the name is .NET's.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        foreach (var (subject, facts) in NativeLibraries.Report.Lines)
            Console.WriteLine($"{subject}: {facts}");
        if (NativeLibraries.Report.Failure is null)
            Console.WriteLine($"sum: {Sum()}");
        if (Environment.GetEnvironmentVariable(ScalarOperationsTests.Variable) is null)
            return;
        ScalarOperationsTests.FillAmongCollections();
        Console.WriteLine("numbers: all kept");
    }

    private static float Sum()
    {
        using var ones = torch.ones(3);
        using var sum = ones.sum();
        return sum.item<float>();
    }
}
