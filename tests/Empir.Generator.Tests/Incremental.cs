using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Tests;

/// <summary>Asserts what a second run of the generator did, and that what it keeps between runs is small.</summary>
internal static class Incremental
{
    private static readonly string[] AllSteps =
        [.. typeof(Steps).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>A run over a clone of the compilation finds every step cached, and no step holds on to the compilation.</summary>
    public static void AssertCached(GeneratorRun run)
    {
        var again = run.Edit(compilation => compilation.Clone());
        // A step is tracked where it led to an output; that every one can be is asserted by AssertTracksAll.
        foreach (var name in AllSteps.Where(run.Result.TrackedSteps.ContainsKey))
            Reasons(again, name).AssertOnly(name, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
        foreach (var output in again.Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs))
            Assert.Equal(IncrementalStepRunReason.Cached, output.Reason);
        foreach (var value in run.Result.TrackedSteps.Where(step => AllSteps.Contains(step.Key)).SelectMany(step => step.Value).SelectMany(step => step.Outputs))
            AssertSmall(value.Value, new HashSet<object>(ReferenceEqualityComparer.Instance));
    }

    /// <summary>A run in which every step leads to an output tracks every step, under the name that the tests ask for.</summary>
    public static void AssertTracksAll(GeneratorRun run) =>
        Assert.Empty(AllSteps.Except(run.Result.TrackedSteps.Keys));

    /// <summary>The reasons of one step, in the order of its outputs.</summary>
    public static IncrementalStepRunReason[] Reasons(GeneratorRun run, string step)
    {
        Assert.True(run.Result.TrackedSteps.TryGetValue(step, out var runs), $"{step} is not tracked");
        return [.. runs.SelectMany(each => each.Outputs).Select(output => output.Reason)];
    }

    public static void AssertOnly(this IncrementalStepRunReason[] reasons, string step, params IncrementalStepRunReason[] allowed)
    {
        foreach (var reason in reasons)
            Assert.True(allowed.Contains(reason), $"{step} was {reason}; expected {string.Join(" or ", allowed)}");
    }

    // What a step returns is kept until the next run: a compilation, symbol, node or location would keep its whole world alive.
    private static void AssertSmall(object? value, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || value is DiagnosticDescriptor || value is Type || !seen.Add(value))
            return;
        Assert.False(
            value is Compilation or ISymbol or SyntaxNode or SyntaxTree or Location or AdditionalText,
            $"a step returns a {value.GetType().Name}");
        if (value is IEnumerable items)
            foreach (var item in items)
                AssertSmall(item, seen);
        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                AssertSmall(field.GetValue(value), seen);
    }
}
