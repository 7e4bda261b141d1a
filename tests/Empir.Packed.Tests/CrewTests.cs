using System.Collections.Concurrent;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

public class CrewTests
{
    [Fact]
    public void WorkIsDoneByTheCallerAndThreadsOfItsOwn()
    {
        var options = Crew.Options(3);
        ConcurrentDictionary<Thread, bool> threads = [];
        using var all = new Barrier(3);
        // All three are needed at once.
        Parallel.For(0, 3, options, _ =>
        {
            threads.TryAdd(Thread.CurrentThread, true);
            Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(60)));
        });
        Assert.Equal(3, threads.Count);
        Assert.True(threads.ContainsKey(Thread.CurrentThread));
        Assert.All(threads.Keys.Where(thread => thread != Thread.CurrentThread), thread => Assert.True(thread is { Name: "Empir.Packed", IsBackground: true, IsThreadPoolThread: false }));
    }

    [Fact]
    public void ThereAreNeverMoreThreadsThanAskedFor()
    {
        var options = Crew.Options(3);
        var (running, most) = (0, 0);
        Parallel.For(0, 200, options, _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            Thread.SpinWait(2000);
            Interlocked.Decrement(ref running);
        });
        Assert.InRange(most, 1, 3);
        Assert.InRange(((Crew)options.TaskScheduler!).Threads, 0, 2);
    }

    [Fact]
    public void CallsFromManyThreadsAllEnd()
    {
        var options = Crew.Options(2);
        var sum = 0;
        Thread[] callers = [.. Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            for (var call = 0; call < 50; call++)
                Parallel.For(0, 4, options, turn => Interlocked.Add(ref sum, turn + 1));
        }))];
        foreach (var caller in callers)
            caller.Start();
        Assert.All(callers, caller => Assert.True(caller.Join(TimeSpan.FromSeconds(60))));
        Assert.Equal(6 * 50 * 10, sum);
    }

    [Fact]
    public void WhatFailsFailsTheCall()
    {
        var options = Crew.Options(2);
        var failure = Assert.Throws<AggregateException>(() => Parallel.For(0, 2, options, turn => throw new InvalidDataException($"{turn}")));
        Assert.All(failure.InnerExceptions, inner => Assert.IsType<InvalidDataException>(inner));
        // The thread still works: both are needed at once.
        using var all = new Barrier(2);
        Parallel.For(0, 2, options, _ => Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(60))));
    }

    [Fact]
    public void ACallEndsWhoseTurnNeverComes()
    {
        var options = Crew.Options(2);
        using var blocked = new ManualResetEventSlim();
        using var isBlocked = new ManualResetEventSlim();
        // The crew's one thread is busy for as long as the call takes.
        var busy = Task.Factory.StartNew(
            () =>
            {
                isBlocked.Set();
                blocked.Wait();
            },
            CancellationToken.None, TaskCreationOptions.None, options.TaskScheduler!);
        isBlocked.Wait();
        var sum = 0;
        var caller = new Thread(() => Parallel.For(0, 100, options, turn => Interlocked.Add(ref sum, turn)));
        caller.Start();
        Assert.True(caller.Join(TimeSpan.FromSeconds(60)));
        Assert.Equal(4950, sum);
        blocked.Set();
        Assert.True(SpinWait.SpinUntil(() => busy.IsCompleted, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void AnEnsemblesThreadsAreItsCrews()
    {
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 2 });
        Assert.Equal(0, ensemble.CrewThreads);
        ensemble.Predict(new float[64 * ensemble.Model.Input.Pixels], new int[64]);
        Assert.Equal(1, ensemble.CrewThreads);
    }

    [Fact]
    public async Task ThreadsEndWhenThereIsNothingToDoAndBeginAgain()
    {
        var crew = new Crew(1, TimeSpan.FromMilliseconds(10));
        for (var round = 0; round < 3; round++)
        {
            var name = Task.Factory.StartNew(() => Thread.CurrentThread.Name, CancellationToken.None, TaskCreationOptions.None, crew);
            Assert.Equal("Empir.Packed", await name.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.True(SpinWait.SpinUntil(() => crew.Threads == 0, TimeSpan.FromSeconds(60)));
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
