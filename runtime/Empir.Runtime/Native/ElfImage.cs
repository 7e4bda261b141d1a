using System.Buffers.Binary;
using System.Text;

namespace Empir.Native;

/// <summary>A symbol version that a library asks of another one.</summary>
/// <param name="Library">The library that should define it, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">The version, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">The number by which symbols refer to it.</param>
/// <param name="IsWeak">Whether the loader accepts its absence.</param>
/// <param name="FlagsOffset">Where in the file its 16-bit flags are.</param>
internal sealed record VersionNeed(string Library, string Version, int Index, bool IsWeak, int FlagsOffset);

/// <summary>A symbol that a library expects others to define.</summary>
/// <param name="Name">The symbol's mangled name.</param>
/// <param name="VersionIndex">The version it needs; 0 and 1 mean none.</param>
/// <param name="NameOffset">Where in the file the 32-bit offset of its name is.</param>
/// <param name="VersionOffset">Where in the file its 16-bit version index is.</param>
internal sealed record UndefinedSymbol(string Name, int VersionIndex, int NameOffset, int VersionOffset);

/// <summary>What a 64-bit little-endian ELF shared library tells the loader: the symbol versions that it needs and defines.</summary>
internal sealed class ElfImage
{
    private const int DynamicSegment = 2, LoadSegment = 1;
    private const int SymbolSize = 24, NeedSize = 16, DefinitionSize = 20;
    private const int WeakFlag = 2;

    private readonly byte[] file;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> segments = [];
    private readonly Dictionary<DynamicTag, ulong> tags = [];

    private enum DynamicTag : ulong
    {
        StringTable = 5,
        SymbolTable = 6,
        StringTableSize = 10,
        GnuHash = 0x6ffffef5,
        SymbolVersions = 0x6ffffff0,
        Definitions = 0x6ffffffc,
        DefinitionCount = 0x6ffffffd,
        Needs = 0x6ffffffe,
        NeedCount = 0x6fffffff,
    }

    private ElfImage(string path, byte[] file)
    {
        (Path, this.file) = (path, file);
        try
        {
            ReadSegments();
            VersionNeeds = [.. ReadNeeds()];
            DefinedVersions = ReadDefinitions().ToHashSet(StringComparer.Ordinal);
            UndefinedSymbols = [.. ReadUndefinedSymbols()];
        }
        catch (Exception error) when (error is ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            throw Damaged("its tables point outside the file");
        }
    }

    /// <summary>Where it is, for messages.</summary>
    public string Path { get; }

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => file;

    /// <summary>The symbol versions it asks of other libraries.</summary>
    public IReadOnlyList<VersionNeed> VersionNeeds { get; }

    /// <summary>The symbol versions it offers to others.</summary>
    public IReadOnlySet<string> DefinedVersions { get; }

    /// <summary>The symbols it expects others to define.</summary>
    public IReadOnlyList<UndefinedSymbol> UndefinedSymbols { get; }

    /// <summary>Reads a shared library's tables.</summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="file">Its bytes.</param>
    /// <exception cref="NativeLoadException">The file is not such a library, or is damaged.</exception>
    public static ElfImage Parse(string path, byte[] file) => new(path, file);

    /// <summary>Reads a shared library's tables.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="NativeLoadException">The file cannot be read, is not such a library, or is damaged.</exception>
    public static ElfImage Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NativeLoadException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The offset, within the string table, of a name that ends where another ends; null if there is none.</summary>
    /// <param name="name">The name to find.</param>
    public uint? FindName(string name)
    {
        var at = StringTable.IndexOf(Encoding.ASCII.GetBytes(name + '\0'));
        return at < 0 ? null : (uint)at;
    }

    private void ReadSegments()
    {
        if (file.Length < 64 || !file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
            throw Damaged("it is not a 64-bit little-endian ELF library");
        var (table, size, count) = (Offset(U64(32)), U16(54), U16(56));
        var section = (Offset: 0, Size: 0);
        for (var i = 0; i < count; i++)
        {
            var header = checked(table + i * size);
            var (offset, address, length) = (U64(header + 8), U64(header + 16), U64(header + 32));
            if (U32(header) == LoadSegment)
                segments.Add((address, offset, length));
            else if (U32(header) == DynamicSegment)
                section = (Offset(offset), Offset(length));
        }
        for (var at = section.Offset; at + 16 <= checked(section.Offset + section.Size) && U64(at) != 0; at += 16)
            tags[(DynamicTag)U64(at)] = U64(at + 8);
    }

    // One record per library, each with a chain of records, one per version.
    private IEnumerable<VersionNeed> ReadNeeds()
    {
        foreach (var library in Chain(DynamicTag.Needs, DynamicTag.NeedCount, next: 12, NeedSize))
        {
            var version = checked(library + (int)U32(library + 8));
            for (var i = 0; i < U16(library + 2); i++)
            {
                yield return new VersionNeed(
                    NameAt(U32(library + 4)), NameAt(U32(version + 8)), U16(version + 6),
                    (U16(version + 4) & WeakFlag) != 0, version + 4);
                version = checked(version + (int)U32(version + 12));
            }
        }
    }

    private IEnumerable<string> ReadDefinitions()
    {
        foreach (var definition in Chain(DynamicTag.Definitions, DynamicTag.DefinitionCount, next: 16, DefinitionSize))
            yield return NameAt(U32(checked(definition + (int)U32(definition + 12))));
    }

    private IEnumerable<UndefinedSymbol> ReadUndefinedSymbols()
    {
        if (!tags.TryGetValue(DynamicTag.SymbolVersions, out var versionTable)
            || !tags.TryGetValue(DynamicTag.GnuHash, out var hash))
            yield break;
        var (symbols, versions) = (FileOffset(Value(DynamicTag.SymbolTable)), FileOffset(versionTable));
        // The hash table holds defined symbols only; it says where they begin, and the undefined ones come before.
        var firstHashed = Offset(U32(FileOffset(hash) + 4));
        for (var i = 1; i < firstHashed; i++)
        {
            var symbol = checked(symbols + i * SymbolSize);
            if (U16(symbol + 6) == 0)
                yield return new UndefinedSymbol(NameAt(U32(symbol)), U16(versions + 2 * i), symbol, versions + 2 * i);
        }
    }

    private IEnumerable<int> Chain(DynamicTag start, DynamicTag count, int next, int size)
    {
        if (!tags.TryGetValue(start, out var address))
            yield break;
        var record = FileOffset(address);
        for (var left = tags.GetValueOrDefault(count); left > 0; left--)
        {
            if (record > file.Length - size)
                throw Damaged("its version table is cut off");
            yield return record;
            if (U32(record + next) == 0)
                yield break;
            record = checked(record + (int)U32(record + next));
        }
    }

    private ReadOnlySpan<byte> StringTable =>
        file.AsSpan(FileOffset(Value(DynamicTag.StringTable)), Offset(Value(DynamicTag.StringTableSize)));

    private ulong Value(DynamicTag tag) => tags.TryGetValue(tag, out var value) ? value : throw Damaged($"it has no {tag}");

    private string NameAt(ulong index)
    {
        var text = StringTable[Offset(index)..];
        return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
    }

    // Tables are given by their address in memory; the load segments say where that lies in the file.
    private int FileOffset(ulong address)
    {
        foreach (var segment in segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
                return Offset(address - segment.Address + segment.Offset);
        }
        throw Damaged("its tables lie outside its segments");
    }

    private int Offset(ulong value) =>
        value <= (ulong)file.Length ? (int)value : throw Damaged("its tables point outside the file");

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));

    private NativeLoadException Damaged(string why) =>
        new($"{Path} is not a usable library: {why}; restore the packages again (dotnet restore --force).");
}
