using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>Chooses the kernel of a layer: the cheapest that this processor has, among those whose name is asked for.</summary>
/// <param name="part">Part of the name of the only kernels to use; null for all.</param>
/// <param name="isEven">Whether every input has to cost the same.</param>
internal sealed class KernelSelector(string? part, bool isEven = false)
{
    private static readonly SparseLevelKernel Sparse = new();

    /// <summary>Every kernel over levels.</summary>
    public static IReadOnlyList<LevelKernel> LevelKernels { get; } =
    [
        new ScalarLevelKernel(),
        new LookupLevelKernel<Avx2Bytes, PshufbTable, Vector256<byte>>(),
        new LookupLevelKernel<Avx512Bytes, VpermbTable, Vector512<byte>>(),
        new BitLookupLevelKernel<Avx2Bytes, PshufbTable, Vector256<byte>>(),
        new BitLookupLevelKernel<Avx512Bytes, VpermbTable, Vector512<byte>>(),
        new WeightTableLevelKernel(),
        Sparse,
        new LookupLevelKernel<NarrowBytes, TblTable, Vector128<byte>>(), new BitLookupLevelKernel<NarrowBytes, TblTable, Vector128<byte>>(),
        new MultiplyAdd8LevelKernel<Avx2Bytes, Vector256<byte>>(), new MultiplyAdd16LevelKernel<Avx2Bytes, Vector256<byte>>(),
        new MultiplyAdd8LevelKernel<Avx512Bytes, Vector512<byte>>(), new MultiplyAdd16LevelKernel<Avx512Bytes, Vector512<byte>>(),
        new MultiplyAdd8LevelKernel<NarrowBytes, Vector128<byte>>(), new MultiplyAdd16LevelKernel<NarrowBytes, Vector128<byte>>(),
    ];

    /// <summary>Every kernel over floats.</summary>
    public static IReadOnlyList<FloatKernel> FloatKernels { get; } = [new ScalarFloatKernel(), new Fma256FloatKernel(), new Fma512FloatKernel()];

    /// <summary>Every kernel over transformed floats.</summary>
    public static IReadOnlyList<WinogradKernel> WinogradKernels { get; } =
        [new WinogradKernel<Floats256, Vector256<float>>(new Fma256FloatKernel()), new WinogradKernel<Floats512, Vector512<float>>(new Fma512FloatKernel())];

    /// <summary>Every kernel's name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. LevelKernels.Select(kernel => kernel.Name), .. FloatKernels.Select(kernel => kernel.Name), .. WinogradKernels.Select(kernel => kernel.Name)];

    /// <summary>The kernel of a layer over levels; null where none of those asked for can run it.</summary>
    /// <param name="sums">What it computes.</param>
    /// <param name="pixels">Pixels of an image.</param>
    /// <param name="inputBytes">Levels of an image.</param>
    /// <exception cref="NotSupportedException">The kernel that is asked for is not there or not on this processor.</exception>
    public LevelKernel? Find(LevelSums sums, int pixels, long inputBytes)
    {
        var kernels = Asked(LevelKernels, kernel => kernel.Name, kernel => kernel.IsSupported).Where(kernel => kernel.CanRun(sums)).ToArray();
        var isSparse = kernels.Contains(Sparse);
        // Alone it runs where nothing else is asked for: its time depends on the input, and no estimate knows that.
        return kernels.Where(kernel => kernel != Sparse).MinBy(kernel => kernel.Cycles(sums, pixels, inputBytes)) is { } dense
            ? isSparse && !isEven ? DensityLevelKernel.Choose(Sparse, dense, sums, pixels, inputBytes) : dense
            : isSparse && (!isEven || part!.Contains("sparse", StringComparison.OrdinalIgnoreCase)) ? Sparse : null;
    }

    /// <summary>What to say of a layer where <see cref="Find" /> finds nothing.</summary>
    public NotSupportedException Refusal(string layer) => new($"The kernel '{part}' cannot run {layer}; ask for another one or for none.");

    /// <summary>The kernel of a layer over floats.</summary>
    /// <param name="sums">What it computes.</param>
    /// <param name="pixels">Pixels of an image.</param>
    /// <exception cref="NotSupportedException">The kernel that is asked for is not there or not on this processor.</exception>
    public FloatKernel Choose(FloatSums sums, int pixels) =>
        Asked(FloatKernels, kernel => kernel.Name, kernel => kernel.IsSupported).MinBy(kernel => kernel.Cycles(sums, pixels))!;

    /// <summary>The kernel that a convolution over floats is transformed for; null where it runs on the pixels themselves.</summary>
    /// <param name="sums">What it computes.</param>
    /// <param name="tiles">Tiles of an image.</param>
    /// <param name="direct">The same on the pixels.</param>
    /// <param name="pixels">Pixels of an image.</param>
    public WinogradKernel? Choose(WinogradSums sums, int tiles, FloatSums direct, int pixels)
    {
        // A name that only one of the two has, such as f32-conv or winograd, decides.
        var (isDirect, isTransformed) = (IsAsked(FloatKernels.Select(kernel => kernel.Name)), IsAsked(WinogradKernels.Select(kernel => kernel.Name)));
        if (isDirect && !(isTransformed && WinogradKernels.Any(kernel => kernel.IsSupported)))
            return null;
        var kernel = Asked(WinogradKernels, kernel => kernel.Name, kernel => kernel.IsSupported).MinBy(kernel => kernel.Cycles(sums, tiles));
        return (isTransformed && !isDirect) || kernel?.Cycles(sums, tiles) < Choose(direct, pixels).Cycles(direct, pixels) ? kernel : null;
    }

    private bool IsAsked(IEnumerable<string> names) => part is not null && names.Any(name => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    // A name of one kind of kernel leaves the other kinds to the cost model; a name of none is a mistake.
    private IEnumerable<T> Asked<T>(IReadOnlyList<T> kernels, Func<T, string> name, Func<T, bool> isSupported)
    {
        var supported = kernels.Where(isSupported);
        if (part is null)
            return supported;
        var asked = kernels.Where(kernel => name(kernel).Contains(part, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (asked.Length == 0)
            return IsAsked(Names) ? supported : throw new NotSupportedException($"There is no kernel '{part}'; there are {string.Join(", ", Names)}.");
        return asked.Any(isSupported)
            ? asked.Where(isSupported)
            : throw new NotSupportedException($"This processor has not what the kernel {string.Join(" or ", asked.Select(name))} needs.");
    }
}
