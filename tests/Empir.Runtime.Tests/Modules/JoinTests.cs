using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

public class JoinTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Failing = new()
    {
        ["Residual"] = x => Operations.Residual(x, Fail),
        ["Residual of another shape"] = x => Operations.Residual(x, TwoChannels),
        ["Residual with a shortcut"] = x => Operations.Residual(x, Double, Fail),
        ["Add"] = x => Operations.Add(x, Double, Double, Fail, Double),
        ["Add of another shape"] = x => Operations.Add(x, Double, TwoChannels),
        ["Concat"] = x => Operations.Concat(x, Double, Double, Fail),
        ["Concat of another size"] = x => Operations.Concat(x, Double, Crop),
        ["AddTo"] = x => TwoChannels(x).Then(other => Operations.AddTo(x, x, other)),
        ["ConcatTo"] = x => Crop(x).Then(other => Operations.ConcatTo(x, other)),
    };

    public static TheoryData<string> FailingNames => [.. Failing.Keys];

    [Fact]
    public void Residual_adds_its_input_or_its_shortcut()
    {
        using var x = tensor(new float[,] { { 1, -2 } });
        using var plain = Operations.Residual(x, Double);
        using var shortcut = Operations.Residual(x, Double, Operations.Relu);

        Assert.Equal([3f, -6], plain.data<float>().ToArray());
        Assert.Equal([3f, -4], shortcut.data<float>().ToArray());
    }

    [Fact]
    public void Branches_are_summed_or_set_side_by_side()
    {
        using var x = tensor(new float[,] { { 1, -2 } });
        using var sum = Operations.Add(x, Double, Operations.Identity, Operations.Relu);
        using var one = Operations.Add(x, Double);
        using var channels = Operations.Concat(x, Double, Narrow, Operations.Relu);

        Assert.Equal([4f, -6], sum.data<float>().ToArray());
        Assert.Equal([2f, -4], one.data<float>().ToArray());
        Assert.Equal([2f, -4, 1, 1, 0], channels.data<float>().ToArray());
    }

    [Fact]
    public void Earlier_activations_are_added_or_appended()
    {
        using var x = tensor(new float[,] { { 1, -2 } });
        using var a = tensor(new float[,] { { 10, 20 } });
        using var b = tensor(new float[,] { { 100, 200 } });
        using var sum = Operations.AddTo(x, a, b);
        using var channels = Operations.ConcatTo(x, a, b);

        Assert.Equal([111f, 218], sum.data<float>().ToArray());
        Assert.Equal([1f, -2, 10, 20, 100, 200], channels.data<float>().ToArray());
    }

    [Fact]
    public void The_gradient_reaches_every_branch()
    {
        using var x = tensor(new float[,] { { 1, -2 } }, requires_grad: true);
        using var sum = Operations.Residual(x, t => Operations.Add(t, Double, Operations.Relu)).sum();
        sum.backward();

        Assert.Equal([4f, 3], x.grad!.data<float>().ToArray());
    }

    [Theory, MemberData(nameof(FailingNames))]
    public void A_failing_branch_leaves_no_tensor_behind(string name)
    {
        using var x = ones(1, 3, 2, 2);
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.ThrowsAny<Exception>(() => Failing[name](x));

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.False(x.IsInvalid);
    }

    private static Tensor Double(Tensor x) => x * 2;

    private static Tensor Narrow(Tensor x) => x.narrow(1, 0, 1);

    // Two of three channels, so that nothing broadcasts.
    private static Tensor TwoChannels(Tensor x) => x.narrow(1, 0, 2);

    private static Tensor Crop(Tensor x) => x.narrow(3, 0, 1);

    private static Tensor Fail(Tensor x) => throw new InvalidOperationException();
}
