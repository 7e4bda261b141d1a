using System.Collections.Concurrent;
using System.Net;

namespace Empir.Data;

/// <summary>A web server on this machine that serves bytes, and misbehaves as told.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public FileServer()
    {
        // The system knows which ports are free only while one is held; another process may still be faster.
        for (var port = Random.Shared.Next(20_000, 60_000); ; port = Random.Shared.Next(20_000, 60_000))
        {
            listener.Prefixes.Clear();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                Address = new Uri(listener.Prefixes.Single());
                break;
            }
            catch (HttpListenerException)
            {
            }
        }
        serving = Task.Run(Serve);
    }

    public Uri Address { get; }

    /// <summary>What each path answers; the whole content with ranges where there is none.</summary>
    public Dictionary<string, Action<HttpListenerContext>> Answers { get; } = [];

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Path and range of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers with the file, or with the part of it that is asked for.</summary>
    public void Give(HttpListenerContext context, int? cutAfter = null, bool ignoreRange = false)
    {
        var content = Files[context.Request.Url!.AbsolutePath[1..]];
        var from = ignoreRange || context.Request.Headers["Range"] is not { } range ? 0 : int.Parse(range["bytes=".Length..^1], null);
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.AddHeader("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}");
        }
        context.Response.ContentLength64 = content.Length - from;
        context.Response.OutputStream.Write(content.AsSpan(from, Math.Min(content.Length, from + (cutAfter ?? content.Length)) - from));
        context.Response.OutputStream.Flush();
        if (cutAfter is null)
            context.Response.Close();
        else
            context.Response.Abort();
    }

    public void Dispose()
    {
        listener.Close();
        serving.Wait();
    }

    private void Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = listener.GetContext();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            var path = context.Request.Url!.AbsolutePath[1..];
            Requests.Enqueue($"{path} {context.Request.Headers["Range"]}".TrimEnd());
            try
            {
                if (Answers.TryGetValue(path, out var answer))
                    answer(context);
                else if (Files.ContainsKey(path))
                    Give(context);
                else
                    Refuse(context, 404);
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client went away, as some tests want.
            }
        }
    }

    public static void Refuse(HttpListenerContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Close();
    }
}
