using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Empir.CommandLine.Tests;

/// <summary>A headless Chromium with one page, spoken to in its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    private readonly Process process;
    private readonly TemporaryFolder profile;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
    private readonly List<JsonNode> events = [];
    private string? session;
    private int calls;

    private Browser(Process process, TemporaryFolder profile) => (this.process, this.profile) = (process, profile);

    public static IReadOnlyList<string> Names { get; } = ["chromium", "chromium-browser", "google-chrome"];

    public static string? Path { get; } =
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
         from name in Names
         let file = System.IO.Path.Combine(folder, name)
         where File.Exists(file)
         select file).FirstOrDefault();

    /// <summary>What the page complained of: errors and warnings on the console, exceptions, and things it could not load.</summary>
    public IEnumerable<string> Complaints =>
        from one in events
        where (string?)one["method"] is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded"
        select one.ToJsonString();

    public static async Task<Browser> Start()
    {
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(Path!) { RedirectStandardError = true };
        foreach (var argument in new[]
        {
            // The sandbox needs rights that containers seldom give; the pages are our own.
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars", $"--user-data-dir={profile.Path}", "--remote-debugging-port=0", "about:blank",
        })
            start.ArgumentList.Add(argument);
        var browser = new Browser(Process.Start(start)!, profile);
        try
        {
            await browser.Connect();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        patience.Dispose();
        profile.Dispose();
    }

    /// <summary>Makes the page as wide as a screen in that colour scheme.</summary>
    public async Task Resemble(int width, string scheme)
    {
        await Call("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        await Call("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
        });
    }

    /// <summary>Opens a file and waits until all of it is there.</summary>
    public async Task Open(string file)
    {
        await Call("Page.navigate", new() { ["url"] = new Uri(System.IO.Path.GetFullPath(file)).AbsoluteUri });
        while (!events.Exists(one => (string?)one["method"] == "Page.loadEventFired"))
            await Receive();
    }

    /// <summary>What an expression is in the page.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        var answer = await Call("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : answer["result"]!["value"];
    }

    /// <summary>The whole page as an image, for people to look at.</summary>
    public async Task<byte[]> Screenshot()
    {
        var answer = await Call("Page.captureScreenshot", new() { ["captureBeyondViewport"] = true });
        return Convert.FromBase64String((string)answer["data"]!);
    }

    private async Task Connect()
    {
        string? line;
        do
            line = await process.StandardError.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The browser ended before it listened.");
        while (!line.StartsWith(Listening, StringComparison.Ordinal));
        // A full pipe would stop the browser.
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await socket.ConnectAsync(new Uri(line[Listening.Length..]), patience.Token);
        var target = (string)(await Call("Target.createTarget", new() { ["url"] = "about:blank" }))["targetId"]!;
        session = (string)(await Call("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!;
        foreach (var domain in new[] { "Page", "Runtime", "Log" })
            await Call($"{domain}.enable", []);
        events.Clear();
    }

    private async Task<JsonNode> Call(string method, JsonObject parameters)
    {
        var call = new JsonObject { ["id"] = ++calls, ["method"] = method, ["params"] = parameters };
        if (session is not null)
            call["sessionId"] = session;
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
            if (await Receive() is { } answer && (int?)answer["id"] == calls)
                return answer["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : answer["result"]!;
    }

    private async Task<JsonNode> Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, patience.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        var node = JsonNode.Parse(message.ToArray())!;
        if (node["method"] is not null)
            events.Add(node);
        return node;
    }
}
