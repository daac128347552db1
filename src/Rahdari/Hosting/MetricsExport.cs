using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Rahdari.Hosting;

/// <summary>
/// <c>/metrics</c>: the product's own instruments in the Prometheus text form (version 0.0.4). Instruments are the
/// BCL's; names are declared beside the code that counts.
/// </summary>
sealed class MetricsExport : IDisposable
{
    /// <summary>Series kept at most; a label that grew without end would otherwise take the memory.</summary>
    const int MaxSeries = 2000;

    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<string, double> series = new(StringComparer.Ordinal);

    /// <param name="meters">The node's own factory: several nodes of one process count apart.</param>
    public MetricsExport(IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            var own = instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters);
            if (own && instrument.Meter.Name.StartsWith("Rahdari", StringComparison.Ordinal))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Add(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        listener.Start();
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", (MetricsExport export) => Results.Text(export.Render(), "text/plain; version=0.0.4"))
            .ExcludeFromDescription();

    public void Dispose() => listener.Dispose();

    public string Render()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (name, value) in series.OrderBy(s => s.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
        return text.ToString();
    }

    void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = KeyOf(instrument, tags);
        if (series.Count >= MaxSeries && !series.ContainsKey(key)) return;
        if (instrument.IsObservable) series[key] = value;
        else series.AddOrUpdate(key, value, (_, old) => old + value);
    }

    static string KeyOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        if (tags.Length == 0) return name;
        var labels = new List<string>(tags.Length);
        foreach (var tag in tags)
            labels.Add(
                $"{tag.Key.Replace('.', '_')}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture))}\"");
        return $"{name}{{{string.Join(',', labels)}}}";
    }

    static string Escape(string? value) => (value ?? "").Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
