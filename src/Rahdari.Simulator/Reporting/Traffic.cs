namespace Rahdari.Simulator.Reporting;

/// <summary>Counts what devices sent. Any number of devices at once.</summary>
sealed class Traffic(Action<AcknowledgedRecord>? onAcknowledged)
{
    long framesSent, framesAcknowledged, recordsAcknowledged, connections;

    public long FramesSent => Interlocked.Read(ref framesSent);
    public long FramesAcknowledged => Interlocked.Read(ref framesAcknowledged);
    public long RecordsAcknowledged => Interlocked.Read(ref recordsAcknowledged);
    public long Connections => Interlocked.Read(ref connections);

    public void Connected() => Interlocked.Increment(ref connections);

    public void Sent() => Interlocked.Increment(ref framesSent);

    public void Acknowledged(string device, IEnumerable<PlannedReport> reports)
    {
        Interlocked.Increment(ref framesAcknowledged);
        foreach (var report in reports)
        {
            Interlocked.Increment(ref recordsAcknowledged);
            onAcknowledged?.Invoke(new(device, report.Time, report.Message.DeviceSerial ?? 0));
        }
    }
}
