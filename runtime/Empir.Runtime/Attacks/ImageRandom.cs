namespace Empir.Attacks;

/// <summary>
/// One image's own random numbers (SplitMix64; Steele, Lea and Flood, OOPSLA 2014), so that its path does not depend on
/// its neighbours in the batch or on the device.
/// </summary>
/// <param name="seed">Where the sequence starts.</param>
internal sealed class ImageRandom(long seed)
{
    private ulong state = unchecked((ulong)seed);

    /// <summary>A seed that two others decide: neighbouring ones give unrelated results.</summary>
    public static long Mix(long seed, long index) =>
        unchecked((long)(Scramble(((ulong)seed * 0x9E3779B97F4A7C15) + (ulong)index + 1) >> 1));

    /// <summary>A whole number from 0 to <paramref name="count" /> - 1.</summary>
    public long Next(long count) => (long)(NextBits() % (ulong)count);

    /// <summary>1 or -1.</summary>
    public double NextSign() => (NextBits() >> 63) == 0 ? 1 : -1;

    /// <summary>A number uniform between two others.</summary>
    public double NextBetween(double low, double high) => low + ((high - low) * (NextBits() >> 11) / (1UL << 53));

    private ulong NextBits() => Scramble(state = unchecked(state + 0x9E3779B97F4A7C15));

    private static ulong Scramble(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
