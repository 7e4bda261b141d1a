using System.Runtime.CompilerServices;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>
/// A member: its steps, and where every activation of a chunk of images lies. Kernels are chosen at once; their layouts of the
/// weights are made when it first runs.
/// </summary>
internal sealed unsafe class Network : IDisposable
{
    // A share of a step is at least so long that waking a thread is lost in it: about a tenth of a millisecond.
    private const double ShareCycles = 250_000;

    // Packed weights that a last-level cache keeps; more of them come from memory, which threads do not read faster.
    private const long SharedBytes = 2 << 20;

    private readonly Step[] steps;
    private readonly ParallelOptions threads;
    private readonly long scratch;
    private readonly Plane output;
    private readonly IReadOnlyList<Plane> planes;
    private readonly Lock gate = new();
    private long scratchStride, workspaceBytes;

    /// <param name="member">The member.</param>
    /// <param name="input">The images.</param>
    /// <param name="kernels">Chooses kernels.</param>
    /// <param name="chunk">Images that run together, where so many are not too large.</param>
    /// <param name="threads">Threads that share a long step, where <see cref="Run" /> is told to.</param>
    public Network(PackedMember member, PackedInput input, KernelSelector kernels, int chunk, ParallelOptions threads)
    {
        this.threads = threads;
        var plan = new Planner(member, input, kernels);
        (Name, Kernels, planes, output, steps) = (member.Name, plan.Kernels, plan.Planes, plan.Output, [.. plan.Steps]);
        // Steps count a plane's bytes in 32 bits.
        Chunk = (int)Math.Min(chunk, planes.Min(plane => int.MaxValue / plane.Bytes(1)));
        Cycles = steps.Sum(step => step.Cycles);
        scratch = 64;
        foreach (var plane in planes)
            scratch = Tiles.Round64(plane.Place(scratch, Chunk));
    }

    public string Name { get; }

    /// <summary>Whether it has what every run reads.</summary>
    public bool IsPrepared { get; private set; }

    /// <summary>Images that run together.</summary>
    public int Chunk { get; }

    public IReadOnlyList<PackedLayerKernel> Kernels { get; }

    /// <summary>What each kernel did of the layers that have two.</summary>
    public IEnumerable<PackedKernelShare> Shares =>
        steps.OfType<LevelStep>().SelectMany(step => step.Shares.Select(one => new PackedKernelShare(Name, step.Name, one.Kernel, one.Share)));

    /// <summary>Estimated cost of one image.</summary>
    public double Cycles { get; }

    /// <summary>Estimated cycles until so many images are done, where threads share the bands of long steps.</summary>
    public double SharedCycles(int images) =>
        (images / Chunk * ChunkCycles(Chunk)) + (images % Chunk > 0 ? ChunkCycles(images % Chunk) : 0);

    /// <summary>Makes what every run reads, unless it is there.</summary>
    public void Prepare()
    {
        lock (gate)
        {
            if (IsPrepared)
                return;
            foreach (var step in steps)
                step.Finish(Chunk);
            scratchStride = Tiles.Round64(steps.Max(step => step.ScratchBytes) + Plane.Slack);
            workspaceBytes = scratch + (scratchStride * steps.Max(step => Parts(step, Chunk)));
            IsPrepared = true;
        }
    }

    /// <summary>The packed weights; none before it is prepared.</summary>
    public IEnumerable<AlignedMemory> Packed => steps.SelectMany(step => step.Packed);

    /// <summary>Frees the packed weights: nothing may run it any more.</summary>
    public void Dispose()
    {
        foreach (var memory in Packed)
            memory.Dispose();
        IsPrepared = false;
    }

    /// <summary>Memory for one thread; a network that has any is prepared.</summary>
    public Workspace NewWorkspace()
    {
        Prepare();
        return new(workspaceBytes, planes, Chunk);
    }

    /// <summary>Computes logits.</summary>
    /// <param name="workspace">This network's memory, one thread's.</param>
    /// <param name="bytes">The caller's images as bytes, or null.</param>
    /// <param name="floats">The caller's images as floats, or null.</param>
    /// <param name="indices">Which images.</param>
    /// <param name="logits">[indices, classes].</param>
    /// <param name="alone">Whether nothing else runs, so that threads share the bands of long steps.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Workspace workspace, byte* bytes, float* floats, ReadOnlySpan<int> indices, Span<float> logits, bool alone)
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
                {
                    if (alone && Parts(step, chunk.Images) is > 1 and var parts)
                        Share(step, chunk, parts);
                    else
                        step.Run(chunk);
                }
                for (var i = 0; i < chunk.Images; i++)
                    new ReadOnlySpan<float>(chunk.Float(output, i, 0, 0), classes).CopyTo(logits[((first + i) * classes)..]);
            }
        }
    }

    private double ChunkCycles(int images) => steps.Sum(step => step.Cycles * images / Parts(step, images));

    private int Parts(Step step, int images) => step.SharedBytes <= SharedBytes ? (int)Math.Clamp(step.Cycles * images / ShareCycles, 1, threads.MaxDegreeOfParallelism) : 1;

    // Every share prepares for itself what a look-up kernel makes of the image.
    private void Share(Step step, Chunk chunk, int parts) =>
        Parallel.For(0, parts, threads, part => step.Run(chunk with { Scratch = chunk.Scratch + (part * scratchStride), Part = part, Parts = parts }));
}
