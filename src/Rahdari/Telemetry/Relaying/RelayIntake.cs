using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Relaying;

/// <summary>
/// Takes frames that a vendor's platform passes on the way every frame goes: decoding, enriching, journaling. What
/// devices are answered is the platform's business: no byte of a reply leaves here.
/// </summary>
sealed class RelayIntake(
    Pipeline pipeline, FaultJournal faultJournal, IntakeFaults faults, IntakeMetrics metrics, IntakeLimits limits,
    CorridorClock clock, RelayVendors vendors, TimeSanity sanity)
{
    /// <summary>A frame on its way through a batch.</summary>
    /// <param name="Fault">Why it cannot be kept as a record; null where it can.</param>
    sealed record Reading(int Index, RelayFrame Given, ReceivedFrame Frame, DecodeError? Fault);

    /// <summary>Everything is durable when it completes, each frame as a record or as a fault.</summary>
    /// <exception cref="Storage.StorageOutageException">Some of it may be kept; the batch comes again.</exception>
    public async Task<IReadOnlyList<RelayResult>> TakeAsync(
        VendorSettings vendor, IReadOnlyList<RelayFrame> frames, CancellationToken cancel)
    {
        var readings = Read(vendor, frames);
        var devices = readings.Where(r => r.Fault is null).Select(r => r.Frame.Device!.Value).Distinct().ToList();
        var own = await vendors.OwnAsync(vendor, devices, cancel);
        for (var i = 0; i < readings.Length; i++)
        {
            if (readings[i] is { Fault: null, Frame.Device: { } device } && !own.Contains(device))
                readings[i] = readings[i] with
                {
                    Fault = new(RelayCodes.DeviceNotVendors, 0, $"{device} is not of {vendor.Party}"),
                };
        }
        var results = new RelayResult[frames.Count];
        await KeepFaultsAsync(vendor, [.. readings.Where(r => r.Fault is not null)], results, cancel);
        // Of one device in their order, of many at once: they share a commit.
        await Task.WhenAll(readings.Where(r => r.Fault is null).GroupBy(r => r.Frame.Device!.Value)
            .Select(g => KeepAsync(g.Key, [.. g], results, cancel)));
        return results;
    }

    Reading[] Read(VendorSettings vendor, IReadOnlyList<RelayFrame> frames)
    {
        // What one frame of a device told (a part, a zone), the next one of the batch builds on.
        var sessions = new Dictionary<DeviceId, DeviceSession>();
        var readings = new Reading[frames.Count];
        for (var i = 0; i < readings.Length; i++)
        {
            var given = frames[i];
            var session = given.Device is not { } named ? DeviceSession.Fresh
                : sessions.TryGetValue(named, out var known) ? known
                : new(named.Serial);
            // Without the key of registrations: no device proves anything through a vendor.
            var frame = Pipeline.Decode(given.Protocol, given.Bytes, session, new(Now: clock.Now)) with
            {
                Relay = new(vendor.Party, given.ReceivedAt),
            };
            if (given.Device is { } device) sessions[device] = frame.Frame.Session;
            metrics.Frame(given.Protocol.Name);
            readings[i] = new(i, given, frame, FaultOf(given, frame));
        }
        return readings;
    }

    static DecodeError? FaultOf(RelayFrame given, ReceivedFrame frame)
    {
        var scan = given.Protocol.Scan(given.Bytes);
        if (scan.Kind != FrameScanKind.Frame || scan.Length != given.Bytes.Length)
            return frame.Fault ?? new(
                RelayCodes.NotOneFrame, scan.Kind == FrameScanKind.Frame ? scan.Length : 0,
                $"{given.Bytes.Length} bytes are not one frame of {given.Protocol.Name}");
        if (frame.Fault is { } fault) return fault;
        return given.Device is { } named && named != frame.Device
            ? new(RelayCodes.DeviceDiffers, 0, $"the frame is of {frame.Device}")
            : null;
    }

    async Task KeepAsync(DeviceId device, List<Reading> readings, RelayResult[] results, CancellationToken cancel)
    {
        for (var from = 0; from < readings.Count;)
        {
            var (to, records) = (from, 0);
            while (to < readings.Count && to - from < limits.BatchFrames && records < limits.BatchRecords)
                records += readings[to++].Frame.Frame.Messages.Count;
            var batch = readings.GetRange(from, to - from);
            var kept = await pipeline.KeepAsync(device, [.. batch.Select(r => r.Frame)], cancel);
            metrics.Kept(device.Protocol, kept);
            var row = 0;
            foreach (var reading in batch)
            {
                var count = reading.Frame.Frame.Messages.Count;
                var isNew = kept.Rows.Skip(row).Take(count).Any(r => !r.AlreadyThere);
                results[reading.Index] = ResultOf(reading, device, isNew);
                row += count;
            }
            from = to;
        }
    }

    RelayResult ResultOf(Reading reading, DeviceId device, bool isNew)
    {
        var error = reading.Frame.Frame.Error;
        var doubt = sanity.DoubtOf(
            reading.Given.ReceivedAt, reading.Frame.Frame.Messages[0].Time, reading.Frame.ReceivedAt);
        return new(
            reading.Index, isNew ? RelayOutcome.Accepted : RelayOutcome.Duplicate, device, error?.Code, error?.Offset,
            error?.Detail, doubt == RelayDoubt.None ? null : doubt);
    }

    async Task KeepFaultsAsync(
        VendorSettings vendor, List<Reading> readings, RelayResult[] results, CancellationToken cancel)
    {
        var remote = $"relay:{vendor.Party}";
        var kept = new List<(JournaledFault, DateTimeOffset)>(readings.Count);
        foreach (var (index, given, frame, fault) in readings)
        {
            var (protocol, code) = (given.Protocol.Name, fault!.Code);
            var raw = SecretBytes.Cover(frame.Raw).ToArray();
            faults.Report(protocol, code, remote, raw, fault.Offset, fault.Detail);
            metrics.Fault(protocol, code);
            kept.Add((
                new(frame.ReceivedAt, protocol, code, remote, fault.Offset, fault.Detail, raw.Length, 0, raw),
                given.ReceivedAt));
            results[index] = new(
                index, RelayOutcome.Faulty, given.Device, code, fault.Offset, fault.Detail);
        }
        await faultJournal.KeepAsync(kept, cancel);
    }
}
