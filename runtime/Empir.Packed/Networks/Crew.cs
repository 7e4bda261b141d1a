namespace Empir.Packed.Networks;

/// <summary>
/// Threads of an ensemble's own, for <see cref="Parallel" />. Those of the thread pool look for more work for a while whenever they have
/// done some, which takes time from the ones that still work: two of two processors' were seen to lose a quarter of it. These sleep.
/// They begin when there is work, and end after some time without any.
/// </summary>
/// <param name="size">The most threads, whoever asks for work not counted.</param>
/// <param name="idle">How long a thread without work stays; 10 seconds unless given.</param>
internal sealed class Crew(int size, TimeSpan? idle = null) : TaskScheduler
{
    private readonly TimeSpan idle = idle ?? TimeSpan.FromSeconds(10);
    private readonly Queue<Task> tasks = new();
    private int threads, waiting;

    /// <summary>How <see cref="Parallel" /> runs on so many threads, the caller's among them.</summary>
    public static ParallelOptions Options(int threads) => new() { MaxDegreeOfParallelism = threads, TaskScheduler = new Crew(threads - 1) };

    /// <summary>Threads there are.</summary>
    public int Threads
    {
        get
        {
            lock (tasks)
                return threads;
        }
    }

    public override int MaximumConcurrencyLevel => size + 1;

    protected override void QueueTask(Task task)
    {
        lock (tasks)
        {
            tasks.Enqueue(task);
            if (waiting > 0)
                Monitor.Pulse(tasks);
            if (waiting >= tasks.Count || threads == size)
                return;
            threads++;
        }
        try
        {
            // It is nobody's thread: what belongs to the caller's flow is not its own.
            new Thread(Work) { IsBackground = true, Name = "Empir.Packed" }.UnsafeStart();
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            // Without another thread the caller does the work.
            lock (tasks)
                threads--;
        }
    }

    // Whoever waits for a task may run it: it runs once, and the queue's copy of it does nothing.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (tasks)
            return [.. tasks];
    }

    private void Work()
    {
        while (Next() is { } task)
            TryExecuteTask(task);
    }

    private Task? Next()
    {
        lock (tasks)
        {
            while (true)
            {
                if (tasks.TryDequeue(out var task))
                    return task;
                waiting++;
                var isWoken = Monitor.Wait(tasks, idle);
                waiting--;
                if (!isWoken && tasks.Count == 0)
                {
                    threads--;
                    return null;
                }
            }
        }
    }
}
