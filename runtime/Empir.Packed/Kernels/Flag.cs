namespace Empir.Packed.Kernels;

/// <summary>A choice that the compiler sees: each has loops of its own.</summary>
internal interface IFlag
{
    static abstract bool Is { get; }
}

/// <summary>True.</summary>
internal readonly struct Yes : IFlag
{
    public static bool Is => true;
}

/// <summary>False.</summary>
internal readonly struct No : IFlag
{
    public static bool Is => false;
}
