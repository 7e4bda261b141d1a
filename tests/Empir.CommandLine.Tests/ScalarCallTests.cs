using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;
using Zoo;

namespace Empir.CommandLine.Tests;

/// <summary>
/// A Scalar that nobody holds is freed while libtorch reads it. The analyzer refuses those it sees; this sees also what TorchSharp does
/// inside, and what += calls. Only calls through TorchSharp's base classes stay unseen.
/// </summary>
public class ScalarCallTests
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<ushort, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    [Fact]
    public void No_call_leaves_a_scalar_to_the_finalizer()
    {
        var makers = Makers();
        Assert.Contains(Definition(typeof(torch.Tensor).GetMethod("op_Addition", [typeof(torch.Tensor), typeof(torch.Tensor)])!), makers);

        string[] found = [.. from assembly in new[] { typeof(UserErrorException).Assembly, typeof(EmpirTool).Assembly, typeof(FashionEmpir).Assembly }
            from caller in Methods(assembly)
            where caller.DeclaringType!.FullName != "Empir.Tensors.ScalarOperations"
            from called in Calls(caller)
            where makers.Contains(Definition(called))
            select $"{caller.DeclaringType}.{caller.Name} calls {called.DeclaringType}.{called}"];
        Assert.Empty(found);
    }

    // TorchSharp's methods that make a Scalar, directly or through one another.
    private static HashSet<(Module, int)> Makers()
    {
        var all = Methods(typeof(torch).Assembly).ToArray();
        HashSet<(Module, int)> makers = [.. all.Where(Makes).Select(Definition)];
        var calls = all.Select(caller => (Caller: Definition(caller), Called: Calls(caller).Select(Definition).ToArray())).ToArray();
        while (calls.Where(one => one.Called.Any(makers.Contains) && !makers.Contains(one.Caller)).Select(one => one.Caller).ToArray() is { Length: > 0 } more)
            makers.UnionWith(more);
        return makers;

        static bool Makes(MethodBase method) =>
            method is MethodInfo { Name: "op_Implicit" or nameof(ScalarExtensionMethods.ToScalar) } conversion && conversion.ReturnType == typeof(Scalar);
    }

    // The same for every instance of a generic method or type.
    private static (Module, int) Definition(MethodBase method) => (method.Module, method.MetadataToken);

    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All))
        select method;

    private static IEnumerable<MethodBase> Calls(MethodBase caller)
    {
        var code = caller.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] typeArguments = caller.DeclaringType!.GetGenericArguments(), arguments = caller is MethodInfo ? caller.GetGenericArguments() : [];
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xfe ? (ushort)(0xfe00 | code[++at]) : code[at];
            at++;
            var type = OpCodesByValue[value].OperandType;
            if (type == OperandType.InlineMethod && caller.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, arguments) is { } called)
                yield return called;
            at += type switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
