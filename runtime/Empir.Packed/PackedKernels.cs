using Empir.Packed.Kernels;

namespace Empir.Packed;

/// <summary>The kernels there are, by name: types, what they compute, their tile of pixels x outputs, instructions.</summary>
public static class PackedKernels
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = KernelSelector.Names;

    /// <summary>Those that this processor has the instructions for.</summary>
    public static IReadOnlyList<string> Supported { get; } =
    [
        .. KernelSelector.LevelKernels.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name),
        .. KernelSelector.FloatKernels.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name),
        .. KernelSelector.WinogradKernels.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name),
    ];
}
