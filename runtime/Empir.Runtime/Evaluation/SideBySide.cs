using System.Runtime.ExceptionServices;
using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>
/// Attacks the parts of a batch at the same time on as many threads as libtorch has, one each: an attack is thousands of
/// operations too small to be shared out one by one.
/// </summary>
internal static class SideBySide
{
    /// <inheritdoc cref="Attack.Run" />
    public static AttackResult Run(
        Attack attack, Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed, IReadOnlyList<long> indices,
        CancellationToken cancellation)
    {
        var threads = get_num_threads();
        var parts = attack.JoinsImages || images.device_type != DeviceType.CPU ? 1 : Math.Min(threads, indices.Count);
        if (parts < 2)
            return attack.Run(surface, threat, images, labels, seed, indices, cancellation: cancellation);
        using var scope = NewDisposeScope();
        var results = new AttackResult?[parts];
        var failures = new Exception?[parts];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            Thread[] workers = [.. Enumerable.Range(0, parts).Select(part => new Thread(() => Attack(part)) { IsBackground = true })];
            foreach (var worker in workers)
                worker.Start();
            foreach (var worker in workers)
                worker.Join();
            // What failed before the parts that it stopped.
            if (failures.OrderBy(failure => failure is OperationCanceledException).FirstOrDefault(failure => failure is not null) is { } first)
                ExceptionDispatchInfo.Throw(first);
            return AttackResult.Join(results!);
        }
        finally
        {
            // A worker's one thread has become the process's number, too.
            set_num_threads(threads);
            foreach (var result in results)
                result?.Dispose();
        }

        void Attack(int part)
        {
            try
            {
                set_num_threads(1);
                using var own = NewDisposeScope();
                var (first, end) = (part * indices.Count / parts, (part + 1) * indices.Count / parts);
                results[part] = attack.Run(
                    surface, threat, images.narrow(0, first, end - first), labels.narrow(0, first, end - first), seed,
                    [.. indices.Skip(first).Take(end - first)], cancellation: stop.Token).DetachFromDisposeScope();
            }
            catch (Exception failure)
            {
                failures[part] = failure;
                stop.Cancel();
            }
        }
    }
}
