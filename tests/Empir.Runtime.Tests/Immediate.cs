namespace Empir.Tests;

/// <summary>Progress told on the spot; the framework's own posts it to another thread.</summary>
internal sealed class Immediate<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
