using System.Reflection;
using System.Reflection.Emit;
using Empir.Packed.Kernels;
using Empir.Packed.Networks;
using Empir.Packed.Voting;

namespace Empir.Packed.Tests;

/// <summary>What loops is optimised when it is first compiled: on one core, what a runtime would replace later runs slowly for long.</summary>
public class OptimizationTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string?[] Namespaces = [typeof(LevelKernel).Namespace, typeof(Network).Namespace, typeof(Vote).Namespace];

    private static readonly Dictionary<int, OpCode> Codes =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    [Fact]
    public void WhatLoopsIsOptimizedAtOnce()
    {
        // Lambdas and iterators lie in the compiler's own types.
        MethodInfo[] loops = [.. typeof(PackedEnsemble).Assembly.GetTypes()
            .Where(type => Namespaces.Contains(type.Namespace) && !type.Name.StartsWith('<'))
            .SelectMany(type => type.GetMethods(Declared))
            .Where(method => !RunsOnce(method) && Loops(method))];
        Assert.NotEmpty(loops);
        string[] unmarked = [.. loops.Where(method => !Has(method, MethodImplAttributes.AggressiveOptimization) && !Has(method, MethodImplAttributes.AggressiveInlining))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];
        Assert.True(unmarked.Length == 0, $"Neither AggressiveOptimization nor AggressiveInlining: {string.Join(", ", unmarked)}");
    }

    // A member is planned, then prepared, and at last disposed. Whatever asks a function at every turn loops over no data; nor does a crew,
    // whose tasks are long.
    private static bool RunsOnce(MethodInfo method) => method.Name switch
    {
        nameof(Step.Finish) => method.DeclaringType!.IsAssignableTo(typeof(Step)),
        nameof(Network.Prepare) => method.DeclaringType == typeof(Network),
        nameof(IDisposable.Dispose) => true,
        _ => method.DeclaringType == typeof(Crew) || method.DeclaringType == typeof(Planner) || method.DeclaringType == typeof(FusedPath) || method.DeclaringType == typeof(Chain)
            || method.GetParameters().Any(parameter => parameter.ParameterType.IsAssignableTo(typeof(Delegate))),
    };

    // A loop that is inlined is its callers'.
    private static bool Loops(MethodBase method) => Instructions(method).Any(instruction => instruction.Code.OperandType switch
    {
        OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget => instruction.Operand < 0,
        OperandType.InlineMethod => Called(method, instruction.Operand) is { } called && called.Module == method.Module
            && Has(called, MethodImplAttributes.AggressiveInlining) && Loops(called),
        _ => false,
    });

    private static MethodBase? Called(MethodBase method, int token) =>
        method.Module.ResolveMethod(token, method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static bool Has(MethodBase method, MethodImplAttributes flag) => method.MethodImplementationFlags.HasFlag(flag);

    // Of the operands, only the distances of branches and the tokens of methods are right.
    private static IEnumerable<(OpCode Code, int Operand)> Instructions(MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < il.Length;)
        {
            var code = Codes[il[at] == 0xFE ? 0xFE00 | il[at + 1] : il[at]];
            at += code.Size;
            var size = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => sizeof(int) * (1 + BitConverter.ToInt32(il, at)),
                _ => sizeof(int),
            };
            yield return (code, size == 1 ? (sbyte)il[at] : size == sizeof(int) ? BitConverter.ToInt32(il, at) : 0);
            at += size;
        }
    }
}
