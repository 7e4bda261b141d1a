using System.Diagnostics;
using System.Numerics;
using static TorchSharp.torch;
#pragma warning disable RS0030 // This is what stands in for what is banned.

namespace Empir.Tensors;

/// <summary>
/// Torch's operations with a number, by their own names in capitals (an underscore at the end is torch's "in place"), and reading one.
/// TorchSharp turns a number into a finalizable Scalar and passes on no more than its handle: a garbage collection on another
/// thread may free it while libtorch reads it (TorchSharp's pull requests 1434 and 1496, open with 0.107). Here it lives until
/// libtorch has returned, and is freed at once.
/// </summary>
/// <remarks>A number keeps its type: by torch's rules it takes part in deciding the result's.</remarks>
internal static class ScalarOperations
{
    /// <summary>x + y: TorchSharp's own makes a Scalar of 1.</summary>
    public static Tensor Add(this Tensor x, Tensor y) => x.Add(y, 1);

    /// <summary>x + alpha·y.</summary>
    public static Tensor Add<T>(this Tensor x, Tensor y, T alpha) where T : struct, INumber<T>
    {
        using var factor = Scalar(alpha);
        return x.add(y, factor);
    }

    /// <summary>x ← x + y.</summary>
    public static Tensor Add_(this Tensor x, Tensor y) => x.Add_(y, 1);

    /// <summary>x ← x + alpha·y.</summary>
    public static Tensor Add_<T>(this Tensor x, Tensor y, T alpha) where T : struct, INumber<T>
    {
        using var factor = Scalar(alpha);
        return x.add_(y, factor);
    }

    /// <summary>x + y.</summary>
    public static Tensor Add<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var summand = Scalar(y);
        using var one = Scalar(1);
        return x.add(summand, one);
    }

    /// <summary>x ← x + y.</summary>
    public static Tensor Add_<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var summand = Scalar(y);
        using var one = Scalar(1);
        return x.add_(summand, one);
    }

    /// <summary>x - y.</summary>
    public static Tensor Sub<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.sub(scalar);
    }

    /// <summary>y - x.</summary>
    public static Tensor Rsub<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var negative = x.negative();
        return negative.Add(y);
    }

    /// <summary>x·y.</summary>
    public static Tensor Mul<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.mul(scalar);
    }

    /// <summary>x ← x·y.</summary>
    public static Tensor Mul_<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.mul_(scalar);
    }

    /// <summary>x / y.</summary>
    public static Tensor Div<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.div(scalar);
    }

    /// <summary>x ← x / y.</summary>
    public static Tensor Div_<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.div_(scalar);
    }

    /// <summary>x².</summary>
    public static Tensor Square(this Tensor x)
    {
        using var two = Scalar(2);
        return x.pow(two);
    }

    /// <summary>x ← x + value·a·b.</summary>
    public static Tensor Addcmul_<T>(this Tensor x, Tensor a, Tensor b, T value) where T : struct, INumber<T>
    {
        using var factor = Scalar(value);
        return x.addcmul_(a, b, factor);
    }

    /// <summary>x ← x + value·a / b.</summary>
    public static Tensor Addcdiv_<T>(this Tensor x, Tensor a, Tensor b, T value) where T : struct, INumber<T>
    {
        using var factor = Scalar(value);
        return x.addcdiv_(a, b, factor);
    }

    /// <summary>x between minimum and maximum.</summary>
    public static Tensor Clamp<T>(this Tensor x, T minimum, T maximum) where T : struct, INumber<T>
    {
        using var low = Scalar(minimum);
        using var high = Scalar(maximum);
        return x.clamp(low, high);
    }

    /// <summary>x ← x between minimum and maximum.</summary>
    public static Tensor Clamp_<T>(this Tensor x, T minimum, T maximum) where T : struct, INumber<T>
    {
        using var low = Scalar(minimum);
        using var high = Scalar(maximum);
        return x.clamp_(low, high);
    }

    /// <summary>x, at least minimum.</summary>
    public static Tensor ClampMin<T>(this Tensor x, T minimum) where T : struct, INumber<T>
    {
        using var scalar = Scalar(minimum);
        return x.clamp_min(scalar);
    }

    /// <summary>x ← x, at least minimum.</summary>
    public static Tensor ClampMin_<T>(this Tensor x, T minimum) where T : struct, INumber<T>
    {
        using var scalar = Scalar(minimum);
        return x.clamp_min_(scalar);
    }

    /// <summary>x, at most maximum.</summary>
    public static Tensor ClampMax<T>(this Tensor x, T maximum) where T : struct, INumber<T>
    {
        using var scalar = Scalar(maximum);
        return x.clamp_max(scalar);
    }

    /// <summary>x ← x, at most maximum.</summary>
    public static Tensor ClampMax_<T>(this Tensor x, T maximum) where T : struct, INumber<T>
    {
        using var scalar = Scalar(maximum);
        return x.clamp_max_(scalar);
    }

    /// <summary>x ← x between minimum and maximum, with hardtanh's gradient: zero at the ends too.</summary>
    public static Tensor Hardtanh_<T>(this Tensor x, T minimum, T maximum) where T : struct, INumber<T>
    {
        using var low = Scalar(minimum);
        using var high = Scalar(maximum);
        return x.hardtanh_(low, high);
    }

    /// <summary>x where it is positive, slope·x elsewhere.</summary>
    public static Tensor LeakyRelu<T>(this Tensor x, T slope) where T : struct, INumber<T>
    {
        using var scalar = Scalar(slope);
        return x.leaky_relu(scalar);
    }

    /// <summary>x = y.</summary>
    public static Tensor Eq<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.eq(scalar);
    }

    /// <summary>x ≥ y.</summary>
    public static Tensor Ge<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.ge(scalar);
    }

    /// <summary>x &gt; y.</summary>
    public static Tensor Gt<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.gt(scalar);
    }

    /// <summary>x ≤ y.</summary>
    public static Tensor Le<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.le(scalar);
    }

    /// <summary>x &lt; y.</summary>
    public static Tensor Lt<T>(this Tensor x, T y) where T : struct, INumber<T>
    {
        using var scalar = Scalar(y);
        return x.lt(scalar);
    }

    /// <summary>x ← value everywhere.</summary>
    public static Tensor Fill_<T>(this Tensor x, T value) where T : struct, INumber<T>
    {
        using var scalar = Scalar(value);
        return x.fill_(scalar);
    }

    /// <summary>x, but value where mask says so.</summary>
    public static Tensor MaskedFill<T>(this Tensor x, Tensor mask, T value) where T : struct, INumber<T>
    {
        using var scalar = Scalar(value);
        return x.masked_fill(mask, scalar);
    }

    /// <summary>x ← value where mask says so.</summary>
    public static Tensor MaskedFill_<T>(this Tensor x, Tensor mask, T value) where T : struct, INumber<T>
    {
        using var scalar = Scalar(value);
        return x.masked_fill_(mask, scalar);
    }

    /// <summary>x ← value at the indices of a dimension.</summary>
    public static Tensor IndexFill_<T>(this Tensor x, long dimension, Tensor indices, T value) where T : struct, INumber<T>
    {
        using var scalar = Scalar(value);
        return x.index_fill_(dimension, indices, scalar);
    }

    /// <summary>A tensor of x's shape, type and device with one value everywhere.</summary>
    public static Tensor FullLike<T>(this Tensor x, T value) where T : struct, INumber<T>
    {
        using var scalar = Scalar(value);
        return x.full_like(scalar);
    }

    /// <summary>0, 1, ..., end - 1 as 64-bit integers.</summary>
    public static Tensor Arange(long end, Device device)
    {
        using var zero = Scalar(0);
        using var last = Scalar(end);
        using var one = Scalar(1);
        return arange(zero, last, one, device: device);
    }

    /// <summary>The only number of x.</summary>
    public static double ReadDouble(this Tensor x)
    {
        using var scalar = x.ToScalar();
        return scalar.ToDouble();
    }

    /// <summary>The only number of x.</summary>
    public static long ReadInt64(this Tensor x)
    {
        using var scalar = x.ToScalar();
        return scalar.ToInt64();
    }

    /// <summary>The only truth value of x.</summary>
    public static bool ReadBoolean(this Tensor x)
    {
        using var scalar = x.ToScalar();
        return scalar.ToBoolean();
    }

    // Every caller holds it in a using.
    private static Scalar Scalar<T>(T number) where T : struct, INumber<T> => number switch
    {
        int value => value.ToScalar(),
        long value => value.ToScalar(),
        float value => value.ToScalar(),
        double value => value.ToScalar(),
        _ => throw new UnreachableException($"A {typeof(T)} is no Scalar."),
    };
}
