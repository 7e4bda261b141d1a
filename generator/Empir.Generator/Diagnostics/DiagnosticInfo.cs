using Empir.Generator.Values;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Diagnostics;

/// <summary>A diagnostic as a value; descriptors are singletons and compare by identity.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Location.ToLocation(), [.. Arguments]);
}
