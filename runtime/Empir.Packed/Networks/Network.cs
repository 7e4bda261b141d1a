using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>A member ready to run: its steps, its packed weights, and where every activation of a chunk of images lies.</summary>
internal sealed unsafe class Network
{
    private readonly Step[] steps;
    private readonly Plane output;
    private readonly long scratch;

    /// <param name="member">The member.</param>
    /// <param name="input">The images.</param>
    /// <param name="kernels">Chooses kernels.</param>
    /// <param name="chunk">Images that run together.</param>
    public Network(PackedMember member, PackedInput input, KernelSelector kernels, int chunk)
    {
        var plan = new Planner(member, input, kernels);
        (Name, Chunk, Kernels, Planes, output, steps) = (member.Name, chunk, plan.Kernels, plan.Planes, plan.Output, [.. plan.Steps]);
        var end = 64L;
        foreach (var plane in Planes)
            end = Tiles.Round64(plane.Place(end, chunk));
        foreach (var step in steps)
            step.Finish(chunk);
        scratch = end;
        WorkspaceBytes = end + steps.Max(step => step.ScratchBytes) + Plane.Slack;
        Cycles = steps.Sum(step => step.Cycles);
    }

    public string Name { get; }

    public int Chunk { get; }

    public IReadOnlyList<PackedLayerKernel> Kernels { get; }

    public IReadOnlyList<Plane> Planes { get; }

    public long WorkspaceBytes { get; }

    /// <summary>Estimated cost of one image.</summary>
    public double Cycles { get; }

    /// <summary>Computes logits.</summary>
    /// <param name="workspace">This network's memory, one thread's.</param>
    /// <param name="bytes">The caller's images as bytes, or null.</param>
    /// <param name="floats">The caller's images as floats, or null.</param>
    /// <param name="indices">Which images.</param>
    /// <param name="logits">[indices, classes].</param>
    public void Run(Workspace workspace, byte* bytes, float* floats, ReadOnlySpan<int> indices, Span<float> logits)
    {
        var classes = output.Shape.Channels;
        fixed (int* all = indices)
        {
            for (var first = 0; first < indices.Length; first += Chunk)
            {
                var chunk = new Chunk
                {
                    Memory = workspace.Memory,
                    Scratch = workspace.Memory + scratch,
                    Images = Math.Min(Chunk, indices.Length - first),
                    Bytes = bytes,
                    Floats = floats,
                    Indices = all + first,
                };
                foreach (var step in steps)
                    step.Run(chunk);
                for (var i = 0; i < chunk.Images; i++)
                    new ReadOnlySpan<float>(chunk.Float(output, i, 0, 0), classes).CopyTo(logits[((first + i) * classes)..]);
            }
        }
    }
}
