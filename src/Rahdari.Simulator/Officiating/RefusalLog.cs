using System.Collections.Concurrent;

namespace Rahdari.Simulator.Officiating;

/// <summary>Refusals seen, counted by what was refused. Any number of officers at once.</summary>
sealed class RefusalLog
{
    readonly ConcurrentDictionary<(string Node, string Step, string? Unit, int Status, string Code, string? Field), int>
        counts = new();

    public void Add(string node, string step, string? unit, ApiAnswer answer) => counts.AddOrUpdate(
        (node, step, unit, answer.Status, answer.Code, answer.Text("field")), 1, (_, n) => n + 1);

    public IReadOnlyList<HttpRefusal> All =>
    [
        .. counts.Select(p => new HttpRefusal(
                p.Key.Node, p.Key.Step, p.Key.Unit, p.Key.Status, p.Key.Code, p.Key.Field, p.Value))
            .OrderBy(r => r.Unit, StringComparer.Ordinal).ThenBy(r => r.Step, StringComparer.Ordinal),
    ];
}
