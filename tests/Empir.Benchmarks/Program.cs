using System.Globalization;
using Empir.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case []:
        Console.Write(Report.Run());
        return 0;
    case ["--write", var path]:
        Report.WriteInto(path);
        return 0;
    case [AllocatorBenchmark.ChildArgument]:
        AllocatorBenchmark.RunChild();
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Empir.Benchmarks [-- --write docs/results.md]");
        return 2;
}
