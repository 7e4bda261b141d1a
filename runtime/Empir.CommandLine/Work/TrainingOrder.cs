using Empir.Modules;
using Empir.Training;

namespace Empir.CommandLine.Work;

/// <summary>The order members are trained in: what one learns from comes before it.</summary>
internal static class TrainingOrder
{
    /// <summary>The wanted members and everything they learn from, each once.</summary>
    /// <param name="members">The ensemble's members.</param>
    /// <param name="settings">How they are trained.</param>
    /// <param name="wanted">Names of the members asked for.</param>
    public static IReadOnlyList<MemberCard> Of(IReadOnlyList<MemberCard> members, TrainingSettings settings, IReadOnlyCollection<string> wanted)
    {
        var order = new List<MemberCard>();
        foreach (var member in members.Where(member => wanted.Contains(member.Name)))
            Add(member.Name);
        return order;

        void Add(string name)
        {
            if (order.Any(member => member.Name == name))
                return;
            var member = members.First(each => each.Name == name);
            foreach (var source in new[] { member.InitFrom, settings.Recipe.ForMember(member).Source })
                if (source is not null)
                    Add(source.Name);
            order.Add(member);
        }
    }
}
