namespace Empir.Packed.Networks;

/// <summary>What one thread needs to run an ensemble: a workspace per network, and buffers for votes that grow to the largest call.</summary>
internal sealed class Room(IReadOnlyList<Network> networks) : IDisposable
{
    private float[] logits = [], some = [];
    private int[] open = [];

    private readonly Workspace?[] workspaces = new Workspace?[networks.Count];

    /// <summary>The workspace of one network, made when it first runs here.</summary>
    public Workspace Workspace(int network) => workspaces[network] ??= networks[network].NewWorkspace();

    /// <summary>Logits of all members; what an earlier call left there.</summary>
    public Span<float> Logits(int count) => Grown(ref logits, count);

    /// <summary>Logits of one member.</summary>
    public Span<float> Some(int count) => Grown(ref some, count);

    /// <summary>Indices of images.</summary>
    public Span<int> Open(int count) => Grown(ref open, count);

    public void Dispose()
    {
        foreach (var workspace in workspaces)
            workspace?.Dispose();
    }

    private static Span<T> Grown<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
            buffer = new T[count];
        return buffer.AsSpan(0, count);
    }
}
