using System.Reflection;
using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

/// <summary>What holds for every operation: it leaves its input and, but for its result, nothing behind.</summary>
public class OperationsTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Calls = new()
    {
        ["Identity"] = Operations.Identity,
        ["Flatten"] = Operations.Flatten,
        ["Normalize"] = x => Operations.Normalize(x, [0.1f, 0.2f, 0.3f], [1, 2, 3]),
        ["Relu"] = Operations.Relu,
        ["Relu6"] = Operations.Relu6,
        ["LeakyRelu"] = x => Operations.LeakyRelu(x, 0.1),
        ["Gelu"] = Operations.Gelu,
        ["GeluTanh"] = Operations.GeluTanh,
        ["Silu"] = Operations.Silu,
        ["Hardtanh"] = x => Operations.Hardtanh(x, -1, 1),
        ["Shift"] = x => Operations.Shift(x, 0.5),
        ["MaxPool2d"] = x => Operations.MaxPool2d(x, kernel: (2, 2), stride: (2, 2), padding: (0, 0)),
        ["AvgPool2d"] = x => Operations.AvgPool2d(x, kernel: (2, 2), stride: (2, 2), padding: (0, 0)),
        ["AvgPool2dSame"] = x => Operations.AvgPool2dSame(x, (3, 3), (2, 2), 0, 1, 0, 1),
        ["AdaptiveAvgPool2d"] = x => Operations.AdaptiveAvgPool2d(x, (2, 2)),
        ["AdaptiveMaxPool2d"] = x => Operations.AdaptiveMaxPool2d(x, (2, 2)),
        ["GlobalAvgPool2d"] = Operations.GlobalAvgPool2d,
        ["GlobalMaxPool2d"] = Operations.GlobalMaxPool2d,
        ["Pad"] = x => Operations.Pad(x, 1, 1, 1, 1),
        ["Pad with a value"] = x => Operations.Pad(x, 1, 1, 1, 1, value: 2),
        ["Pad with a mode"] = x => Operations.Pad(x, 1, 1, 1, 1, PaddingModes.Reflect),
        ["PadChannels"] = x => Operations.PadChannels(x, 1, 2),
        ["Residual"] = x => Operations.Residual(x, Operations.Relu),
        ["Residual with a shortcut"] = x => Operations.Residual(x, Operations.Relu, Operations.Silu),
        ["Add"] = x => Operations.Add(x, Operations.Relu, Operations.Silu, Operations.Gelu),
        ["Concat"] = x => Operations.Concat(x, Operations.Relu, Operations.Silu, Operations.Gelu),
        ["AddTo"] = x => Operations.AddTo(x, x, x),
        ["ConcatTo"] = x => Operations.ConcatTo(x, x, x),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Leaves_its_input_and_nothing_but_its_result(string name)
    {
        using var x = randn([2, 3, 6, 6], requires_grad: true);
        var before = x.data<float>().ToArray();
        Calls[name](x).Dispose();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var y = Calls[name](x);

        Assert.Equal(live + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(before, x.data<float>().ToArray());
        using var sum = y.sum();
        sum.backward();
        Assert.True(x.grad!.isfinite().all().ToBoolean());
    }

    [Fact]
    public void Every_operation_is_tested() => Assert.Equal(
        [],
        typeof(Operations).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name)
            .Except(Calls.Keys.Append("Then")));

    [Fact]
    public void Then_releases_its_input_also_when_the_layer_throws()
    {
        var x = zeros(3);
        Assert.Throws<InvalidOperationException>(() => x.Then(_ => throw new InvalidOperationException()));
        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void Normalize_works_channel_by_channel()
    {
        using var x = tensor(new float[,,,] { { { { 1, 2 } }, { { 3, 7 } } } });
        using var y = Operations.Normalize(x, [1, 3], [2, 4]);

        Assert.Equal([0, 0.5f, 0, 1], y.data<float>().ToArray());
    }
}
