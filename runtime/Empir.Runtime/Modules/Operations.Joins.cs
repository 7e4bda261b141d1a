using static TorchSharp.torch;

namespace Empir.Modules;

public static partial class Operations
{
    /// <summary>body(x) + x.</summary>
    /// <param name="x">[N, ...].</param>
    /// <param name="body">Keeps the shape; returns a new tensor.</param>
    public static Tensor Residual(Tensor x, Func<Tensor, Tensor> body) => body(x).Then(y => y.Add(x));

    /// <summary>body(x) + shortcut(x).</summary>
    /// <param name="x">[N, ...].</param>
    /// <param name="body">Returns a new tensor.</param>
    /// <param name="shortcut">Returns a new tensor of the body's shape.</param>
    public static Tensor Residual(Tensor x, Func<Tensor, Tensor> body, Func<Tensor, Tensor> shortcut) => Add(x, body, shortcut);

    /// <summary>The sum of all branches on one input, from the first on.</summary>
    /// <param name="x">[N, ...].</param>
    /// <param name="branches">At least one; each returns a new tensor, all of one shape.</param>
    public static Tensor Add(Tensor x, params Func<Tensor, Tensor>[] branches) =>
        branches.Skip(1).Aggregate(branches[0](x), (sum, branch) => sum.Then(s => branch(x).Then(y => s.Add(y))));

    /// <summary>All branches on one input, one after the other along the channels.</summary>
    /// <param name="x">[N, ...].</param>
    /// <param name="branches">At least one; each returns a new tensor [N, C, ...], equal but for C.</param>
    public static Tensor Concat(Tensor x, params Func<Tensor, Tensor>[] branches)
    {
        var outputs = new Tensor[branches.Length];
        try
        {
            for (var i = 0; i < branches.Length; i++)
                outputs[i] = branches[i](x);
            return cat(outputs, 1);
        }
        finally
        {
            foreach (var output in outputs)
                output?.Dispose();
        }
    }

    /// <summary>x plus earlier activations, from the first on.</summary>
    /// <param name="x">[N, ...].</param>
    /// <param name="others">Activations of the same shape.</param>
    public static Tensor AddTo(Tensor x, params Tensor[] others) =>
        others.Aggregate(x.alias(), (sum, other) => sum.Then(s => s.Add(other)));

    /// <summary>x and after it earlier activations along the channels.</summary>
    /// <param name="x">[N, C, ...].</param>
    /// <param name="others">Activations equal to x but for C.</param>
    public static Tensor ConcatTo(Tensor x, params Tensor[] others) => cat([x, .. others], 1);
}
