namespace Empir.Generator.Emitting;

/// <summary>Who wrote the generated code.</summary>
internal static class Tool
{
    public const string Name = "Empir.Generator";

    public static string Version { get; } = typeof(Tool).Assembly.GetName().Version.ToString(3);

    public static string Attribute { get; } = $"[global::System.CodeDom.Compiler.GeneratedCode(\"{Name}\", \"{Version}\")]";
}
