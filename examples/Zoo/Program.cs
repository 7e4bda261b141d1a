using Empir.CommandLine;
using Zoo;

return await EmpirTool.RunAsync(args, EmpirSpecs.All, main: FashionEmpir.Spec);
