using System.Globalization;
using Empir.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Array.IndexOf(args, "--sample") is >= 0 and var at && at + 1 < args.Length)
    (ColdStartBenchmark.Sample, args) = (args[at + 1], [.. args[..at], .. args[(at + 2)..]]);
var named = Report.All.Where(report => args.Contains(report.Name)).ToArray();
var reports = named.Length > 0 ? named : Report.All;
switch (args.Where(argument => !named.Any(report => report.Name == argument)).ToArray())
{
    case []:
        foreach (var line in reports.SelectMany(report => report.Run()))
            Console.WriteLine(line);
        return 0;
    case ["--write", var path]:
        try
        {
            foreach (var report in reports)
                report.WriteInto(path);
        }
        catch (Empir.UserErrorException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
        return 0;
    case [BenchChild.Word, var name, var folder, var job]:
        BenchChild.Run(PackedBenchmark.Specs.First(spec => spec.Name == name), new(folder), job, Console.In, Console.Out);
        return 0;
    case [PackedBenchmark.ChildArgument, var name]:
        PackedBenchmark.RunChild(name);
        return 0;
    case [AllocatorBenchmark.ChildArgument]:
        AllocatorBenchmark.RunChild();
        return 0;
    case [TrainingMemoryBenchmark.ChildArgument, var network, var work]:
        TrainingMemoryBenchmark.RunChild(network, work);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Empir.Benchmarks [-- [runtime] [memory] [attacks] [adaptive] [packed] [bands] [cold] [generator] [--sample PACKEDSAMPLE] [--write docs/results.md]]");
        return 2;
}
