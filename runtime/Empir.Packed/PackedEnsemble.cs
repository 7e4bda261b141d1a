using Empir.Packed.Kernels;
using Empir.Packed.Networks;
using Empir.Packed.Voting;

namespace Empir.Packed;

/// <summary>
/// Predicts with a packed ensemble. Cheap members run first, and each of the others only on the images whose decision is still
/// open, which changes no decision. May be used by several threads at once.
/// </summary>
public sealed unsafe class PackedEnsemble : IDisposable
{
    // Images that run through a network together, unless they are too large, and images between which members take turns.
    private const int Chunk = 16;
    private const int Turn = 256;

    private readonly PackedOptions options;
    private readonly ParallelOptions threads;
    private readonly Network[] networks;
    private readonly int[] order;
    private readonly Vote vote;
    private readonly PackedStatistics[] alone;
    private readonly Stack<Room> idle = new();
    private int running;
    private bool isDisposed;

    /// <summary>Chooses kernels; their layouts of a member's weights are made when it is first asked, or by <see cref="Prepare" />.</summary>
    /// <param name="model">The ensemble.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <exception cref="ArgumentException">The model contradicts itself.</exception>
    /// <exception cref="NotSupportedException">The kernel that is asked for is not there, or cannot run a layer, or a layer is too large.</exception>
    public PackedEnsemble(PackedModel model, PackedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Files.ModelCheck.Problem(model) is { } problem)
            throw new ArgumentException($"{model.Name} cannot run: {problem}.", nameof(model));
        Model = model;
        this.options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Threads, 1, nameof(options));
        var kernels = new KernelSelector(this.options.Kernel ?? PackedOptions.EnvironmentKernel, isEven: !this.options.LazyVote);
        threads = Crew.Options(this.options.Threads);
        networks = [.. model.Members.Select(member => new Network(member, model.Input, kernels, Chunk, threads))];
        order = [.. Enumerable.Range(0, networks.Length).OrderBy(member => networks[member].Cycles)];
        vote = Vote.Of(model, isEven: !this.options.LazyVote);
        // What one image can cost: so many members, cheapest first. A call with one image allocates nothing.
        alone = [.. Enumerable.Range(0, networks.Length + 1).Select(asked => new PackedStatistics(1, [.. order.Select((member, place) => new PackedMemberRuns(networks[member].Name, place < asked ? 1 : 0))]))];
        Layers = [.. networks.SelectMany(network => network.Kernels)];
    }

    /// <summary>The ensemble as data.</summary>
    public PackedModel Model { get; }

    /// <summary>Which kernel runs which layer.</summary>
    public IReadOnlyList<PackedLayerKernel> Layers { get; }

    /// <summary>
    /// How much each kernel has done of the layers that have two and choose by the image, as <see cref="Layers" /> says, in all calls so
    /// far; no layer that has one, and none before the first call.
    /// </summary>
    public IReadOnlyList<PackedKernelShare> KernelShares => [.. networks.SelectMany(network => network.Shares)];

    /// <summary>Loads an <c>.empirpack</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <exception cref="PackedFileException">It is no packed file, of another version, or damaged.</exception>
    /// <exception cref="NotSupportedException">The kernel that is asked for is not there, or cannot run a layer, or a layer is too large.</exception>
    public static PackedEnsemble Load(string path, PackedOptions? options = null) => new(PackedFile.Read(path), options);

    /// <summary>
    /// Makes what every member needs to run. Otherwise a member does so when it is first asked, which makes that call longer, and
    /// one that is never asked takes neither the time nor the memory.
    /// </summary>
    public void Prepare()
    {
        using var call = new Call(this);
        foreach (var network in networks)
            network.Prepare();
    }

    /// <summary>Whether so few images are done sooner where threads share their pixels than where each takes one.</summary>
    internal bool SharesBands(int count) =>
        count < options.Threads && networks.Sum(network => network.SharedCycles(count)) < networks.Sum(network => network.Cycles);

    /// <summary>Whether a member has what it needs to run.</summary>
    internal bool IsPrepared(int member) => networks[member].IsPrepared;

    /// <summary>Classifies images.</summary>
    /// <param name="images">Pixels, [N, C, H, W]; byte 0 is the smallest value of the input's range, 255 the largest.</param>
    /// <param name="classes">Takes the class of every image, [N].</param>
    /// <returns>How many images each member ran on.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public PackedStatistics Predict(ReadOnlySpan<byte> images, Span<int> classes)
    {
        fixed (byte* pixels = images)
            return Predict(pixels, null, images.Length, classes);
    }

    /// <summary>Classifies images.</summary>
    /// <param name="images">Pixels in the input's range, [N, C, H, W].</param>
    /// <param name="classes">Takes the class of every image, [N].</param>
    /// <returns>How many images each member ran on.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public PackedStatistics Predict(ReadOnlySpan<float> images, Span<int> classes)
    {
        fixed (float* pixels = images)
            return Predict(null, pixels, images.Length, classes);
    }

    /// <summary>Every member's logits.</summary>
    /// <param name="images">Pixels, [N, C, H, W].</param>
    /// <param name="logits">Takes [members, N, classes], members in the model's order.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Logits(ReadOnlySpan<byte> images, Span<float> logits)
    {
        fixed (byte* pixels = images)
            Logits(pixels, null, images.Length, logits);
    }

    /// <inheritdoc cref="Logits(ReadOnlySpan{byte}, Span{float})" />
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        fixed (float* pixels = images)
            Logits(null, pixels, images.Length, logits);
    }

    /// <summary>Decides as <see cref="Predict(ReadOnlySpan{byte}, Span{int})" /> does, from logits: for whoever needs both.</summary>
    /// <param name="logits">What <see cref="Logits(ReadOnlySpan{byte}, Span{float})" /> gave, [members, N, classes].</param>
    /// <param name="classes">Takes the class of every image, [N].</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Decide(ReadOnlySpan<float> logits, Span<int> classes)
    {
        using var call = new Call(this);
        var (members, count) = (networks.Length, classes.Length);
        if (logits.Length != (long)count * members * Model.Classes)
            throw new ArgumentException($"{logits.Length} logits of {members} members and {Model.Classes} classes, and room for the classes of {count} images.");
        Span<bool> asked = stackalloc bool[members];
        asked.Fill(true);
        var own = new float[members * Model.Classes];
        for (var i = 0; i < count; i++)
        {
            for (var member = 0; member < members; member++)
                logits.Slice(((member * count) + i) * Model.Classes, Model.Classes).CopyTo(own.AsSpan(member * Model.Classes));
            classes[i] = vote.Decide(own, asked);
        }
    }

    /// <summary>
    /// Frees its memory, packed weights included. Calls that other threads are in end as they would have, and the last of them frees
    /// it; later calls throw <see cref="ObjectDisposedException" />.
    /// </summary>
    public void Dispose()
    {
        lock (idle)
        {
            isDisposed = true;
            FreeUnlessRunning();
        }
    }

    private PackedStatistics Predict(byte* bytes, float* floats, int values, Span<int> classes)
    {
        using var call = new Call(this);
        var count = Images(values, classes.Length, 1);
        return count == 1 ? PredictOne(bytes, floats, classes) : PredictAll(bytes, floats, count, classes);
    }

    private PackedStatistics PredictOne(byte* bytes, float* floats, Span<int> result)
    {
        Span<int> runs = stackalloc int[networks.Length];
        runs.Clear();
        var room = Rent();
        Predict(room, bytes, floats, 0, result, runs, alone: true);
        Return(room);
        return alone[runs.Count(1)];
    }

    private PackedStatistics PredictAll(byte* bytes, float* floats, int count, Span<int> classes)
    {
        var runs = new int[networks.Length];
        fixed (int* all = classes)
        {
            var result = all;
            Share(count, (room, first, size, alone) =>
            {
                Span<int> own = stackalloc int[networks.Length];
                own.Clear();
                Predict(room, bytes, floats, first, new Span<int>(result + first, size), own, alone);
                for (var member = 0; member < own.Length; member++)
                    Interlocked.Add(ref runs[member], own[member]);
            });
        }
        return Statistics(count, runs);
    }

    private void Predict(Room room, byte* bytes, float* floats, int first, Span<int> result, Span<int> runs, bool alone)
    {
        var (members, classes) = (networks.Length, Model.Classes);
        // [images, members, classes]: what a vote needs lies together.
        var logits = room.Logits(result.Length * members * classes);
        var some = room.Some(result.Length * classes);
        var open = room.Open(result.Length);
        Span<bool> asked = stackalloc bool[members];
        asked.Clear();
        for (var i = 0; i < open.Length; i++)
            open[i] = first + i;
        var remaining = open.Length;
        foreach (var member in order)
        {
            // A member that nobody asks makes no layouts.
            if (remaining == 0)
                return;
            networks[member].Run(room.Workspace(member), bytes, floats, open[..remaining], some, alone);
            runs[member] = remaining;
            asked[member] = true;
            var next = 0;
            for (var i = 0; i < remaining; i++)
            {
                var own = logits.Slice((open[i] - first) * members * classes, members * classes);
                some.Slice(i * classes, classes).CopyTo(own[(member * classes)..]);
                if ((options.LazyVote || member == order[^1]) && vote.IsDecided(own, asked))
                    result[open[i] - first] = vote.Decide(own, asked);
                else
                    open[next++] = open[i];
            }
            remaining = next;
        }
    }

    private PackedStatistics Statistics(int count, int[] runs) =>
        new(count, [.. order.Select(member => new PackedMemberRuns(networks[member].Name, runs[member]))]);

    private void Logits(byte* bytes, float* floats, int values, Span<float> logits)
    {
        using var call = new Call(this);
        var count = Images(values, logits.Length, networks.Length * Model.Classes);
        fixed (float* all = logits)
        {
            var result = all;
            Share(count, (room, first, size, alone) =>
            {
                int[] indices = [.. Enumerable.Range(first, size)];
                for (var member = 0; member < networks.Length; member++)
                {
                    var own = result + ((((long)member * count) + first) * Model.Classes);
                    networks[member].Run(room.Workspace(member), bytes, floats, indices, new Span<float>(own, size * Model.Classes), alone);
                }
            });
        }
    }

    private int Images(int values, int results, int each)
    {
        var pixels = Model.Input.Pixels;
        var (count, rest) = Math.DivRem(values, pixels);
        return rest == 0 && results == (long)count * each
            ? count
            : throw new ArgumentException($"{values} pixels in images of {pixels}, and room for {results} results, of which an image has {each}.");
    }

    // Threads take turns of images; where there are fewer images than threads, they share bands of each image's pixels, if it is large.
    private void Share(int count, Action<Room, int, int, bool> work)
    {
        var size = Math.Clamp((count + options.Threads - 1) / options.Threads, 1, Turn);
        var turns = (count + size - 1) / size;
        if (SharesBands(count))
            (size, turns) = (count, 1);
        if (turns <= 1 || options.Threads == 1)
        {
            var room = Rent();
            for (var turn = 0; turn < turns; turn++)
                work(room, turn * size, Math.Min(size, count - (turn * size)), turns == 1);
            Return(room);
            return;
        }
        Parallel.For(0, turns, threads, Rent, (turn, _, room) =>
        {
            work(room, turn * size, Math.Min(size, count - (turn * size)), false);
            return room;
        }, Return);
    }

    /// <summary>Threads there are beside the callers'.</summary>
    internal int CrewThreads => ((Crew)threads.TaskScheduler!).Threads;

    /// <summary>Rooms that wait for a call.</summary>
    internal int IdleRooms
    {
        get
        {
            lock (idle)
                return idle.Count;
        }
    }

    internal Room Rent()
    {
        lock (idle)
        {
            if (idle.TryPop(out var room))
                return room;
        }
        return new(networks);
    }

    internal void Return(Room room)
    {
        lock (idle)
        {
            // As many as run together for long; what a moment's crowd took is freed.
            if (idle.Count < 2 * Math.Max(options.Threads, Environment.ProcessorCount))
            {
                idle.Push(room);
                return;
            }
        }
        room.Dispose();
    }

    // Under the lock.
    private void FreeUnlessRunning()
    {
        if (running > 0)
            return;
        while (idle.TryPop(out var room))
            room.Dispose();
        foreach (var network in networks)
            network.Dispose();
    }

    /// <summary>A call, until the end of which nothing is freed.</summary>
    internal readonly ref struct Call
    {
        private readonly PackedEnsemble ensemble;

        /// <exception cref="ObjectDisposedException">The ensemble is disposed.</exception>
        public Call(PackedEnsemble ensemble)
        {
            this.ensemble = ensemble;
            lock (ensemble.idle)
            {
                ObjectDisposedException.ThrowIf(ensemble.isDisposed, ensemble);
                ensemble.running++;
            }
        }

        public void Dispose()
        {
            lock (ensemble.idle)
            {
                ensemble.running--;
                if (ensemble.isDisposed)
                    ensemble.FreeUnlessRunning();
            }
        }
    }
}
