namespace Empir.Generator;

/// <summary>Names of the generator's steps, by which tests ask what ran again.</summary>
internal static class Steps
{
    public const string Options = nameof(Options);
    public const string Files = nameof(Files);
    public const string Checked = nameof(Checked);
    public const string Outcomes = nameof(Outcomes);
    public const string Claims = nameof(Claims);
    public const string Rivals = nameof(Rivals);
    public const string Emitted = nameof(Emitted);
    public const string Networks = nameof(Networks);
    public const string NetworkSources = nameof(NetworkSources);
    public const string EnsembleSources = nameof(EnsembleSources);
    public const string ListSource = nameof(ListSource);
    public const string Messages = nameof(Messages);
    public const string Rivalries = nameof(Rivalries);
}
