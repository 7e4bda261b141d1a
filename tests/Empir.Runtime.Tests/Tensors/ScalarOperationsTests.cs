using Empir.Native;
using Empir.Tensors;
using static Empir.Tensors.ScalarOperations;
using static TorchSharp.torch;

namespace Empir.Tests.Tensors;

public class ScalarOperationsTests
{
    /// <summary>The variable by which <see cref="StartupHook" /> is asked for <see cref="FillAmongCollections" />.</summary>
    internal const string Variable = "EMPIR_TEST_COLLECTIONS";

    // Only optimised code lets go of an object before its method ends: another process, which optimises all there is from the start.
    [Fact]
    public async Task A_number_outlives_the_collections_of_other_threads()
    {
        var report = await ChildProcess.Report((Variable, "yes"), ("DOTNET_TC_QuickJit", "0"));

        Assert.Contains("numbers: all kept", report, StringComparison.Ordinal);
    }

    /// <summary>libtorch copies the tensor before it reads the number, so that collections come in between.</summary>
    internal static void FillAmongCollections()
    {
        var done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Fill(1 << 20, 500);
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }
    }

    private static void Fill(long length, int times)
    {
        using var x = zeros(length);
        using var mask = ones(length, ScalarType.Bool);
        for (var i = 1; i <= times; i++)
        {
            using var filled = x.MaskedFill(mask, (double)i);
            using var first = filled[0];
            using var last = filled[length - 1];
            Assert.Equal((i, i), (first.ReadDouble(), last.ReadDouble()));
        }
    }

    [Fact]
    public void A_number_takes_part_in_the_type_as_torch_has_it()
    {
        using var integers = Arange(4, CPU);
        using var floats = ones(4);
        (Tensor Result, ScalarType Type, double[] Values)[] cases =
        [
            (integers.Mul(2), ScalarType.Int64, [0, 2, 4, 6]),
            (integers.Mul(2L).Add(1), ScalarType.Int64, [1, 3, 5, 7]),
            (integers.Rsub(3), ScalarType.Int64, [3, 2, 1, 0]),
            (integers.Clamp(1, 2L), ScalarType.Int64, [1, 1, 2, 2]),
            (integers.Mul(0.5), ScalarType.Float32, [0, 0.5, 1, 1.5]),
            (integers.Sub(0.5f), ScalarType.Float32, [-0.5, 0.5, 1.5, 2.5]),
            (integers.Div(2), ScalarType.Float32, [0, 0.5, 1, 1.5]),
            (integers.Add(integers), ScalarType.Int64, [0, 2, 4, 6]),
            (floats.Mul(2), ScalarType.Float32, [2, 2, 2, 2]),
            (floats.Add(0.5), ScalarType.Float32, [1.5, 1.5, 1.5, 1.5]),
            (integers.Ge(2), ScalarType.Bool, [0, 0, 1, 1]),
        ];
        Assert.All(cases, one =>
        {
            using (one.Result)
            {
                Assert.Equal(one.Type, one.Result.dtype);
                Assert.Equal(one.Values, one.Result.to(ScalarType.Float64).data<double>().ToArray());
            }
        });
    }
}
