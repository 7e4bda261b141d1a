using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>YAML that is broken, or more than a spec may be.</summary>
public class SyntaxDiagnosticTests
{
    [Fact]
    public void UnclosedList() => Refuses(
        Small("protocols: [paper, white_box]", "protocols: [paper, white_box"),
        "(39,15): error EMPIR1001: Broken YAML: the text after this point cannot be read; check brackets, quotes and indentation");

    [Fact]
    public void TabIndentation() => Refuses(
        Small("  epochs: 1", "	epochs: 1"),
        "(32,12): error EMPIR1001: Broken YAML: While scanning a plain scalar, found a tab character that violate indentation");

    [Fact]
    public void EmptyFile() => Refuses(
        "",
        "(1,1): error EMPIR1001: Broken YAML: the file is empty; a spec begins with 'empir: 1'");

    [Fact]
    public void CommentsOnly() => Refuses(
        "# nothing\n",
        "(1,1): error EMPIR1001: Broken YAML: the file is empty; a spec begins with 'empir: 1'");

    [Fact]
    public void RootIsAList() => Refuses(
        "- empir: 1\n",
        "(1,1): error EMPIR1009: The spec must be a mapping, not a list");

    [Fact]
    public void ScannerCrash() => Refuses(
        "empir: 1\nbits: [2\n- name: x\n",
        "(2,7): error EMPIR1001: Broken YAML: the text after this point cannot be read; check brackets, quotes and indentation");

    [Fact]
    public void ComplexKey() => Refuses(
        Small("classes: 3", "? [classes]\n: 3"),
        "(6,3): error EMPIR1001: Broken YAML: a key must be plain text");

    [Fact]
    public void Anchor() => Refuses(
        Small("classes: 3", "classes: &many 3"),
        "(6,10): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '&many' out");

    [Fact]
    public void Alias() => Refuses(
        Small("classes: 3", "classes: *many"),
        "(6,10): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '*many' out");

    [Fact]
    public void SelfReferencingAnchor() => Refuses(
        "a: &x [*x]\n",
        "(1,4): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '&x' out");

    [Fact]
    public void Tag() => Refuses(
        Small("classes: 3", "classes: !!int 3"),
        "(6,10): error EMPIR1003: Tags are not part of a spec; remove '!!int'");

    [Fact]
    public void SecondDocument() => Refuses(
        Small("classes: 3", "classes: 3\n---\nempir: 1"),
        "(7,1): error EMPIR1004: A spec is one YAML document; move this one to a file of its own");
}
