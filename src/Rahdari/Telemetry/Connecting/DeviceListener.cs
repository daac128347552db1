using System.Net;
using Microsoft.AspNetCore.Connections;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Connecting;

/// <summary>What every connection of a node's device ports shares.</summary>
sealed record Intake(
    Pipeline Pipeline, IntakeFaults Faults, FaultJournal FaultJournal, IntakeMetrics Metrics, IntakeLimits Limits,
    CorridorClock Clock, TimeProvider Machine, RegistrationSecret Registration, DeviceNetworks Networks,
    ArrivalOrder Order, IWaitingCommands Commands, IRelayLogins Relays, NodeSettings Node, ILogger<DeviceListener> Log);

/// <summary>One device port: takes connections of one protocol and sees each of them to its end.</summary>
sealed class DeviceListener(IDeviceProtocol protocol, Intake intake)
{
    int open;

    /// <summary>Runs one connection; completes when it is over. Whatever happens, the port goes on.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        var end = connection.RemoteEndPoint as IPEndPoint;
        var line = new Line(
            intake.Order.Next(), end, intake.Networks.Of(end?.Address, protocol.Name), connection);
        var remote = line.Remote;
        intake.Metrics.Connected(protocol.Name, 1);
        try
        {
            if (Interlocked.Increment(ref open) > intake.Limits.Connections)
            {
                intake.Faults.Report(protocol.Name, IntakeFaultCodes.TooManyConnections, remote, []);
                intake.Metrics.Fault(protocol.Name, IntakeFaultCodes.TooManyConnections);
                return;
            }
            await using var device = new DeviceConnection(protocol, intake, connection, line);
            await device.RunAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // The device is gone; what was not answered it sends again.
        }
        catch (StorageFatalException)
        {
            // The store says why and stops the process; nothing more is answered.
        }
        catch (Exception e)
        {
            IntakeLog.Unexpected(intake.Log, e, protocol.Name, remote);
        }
        finally
        {
            line.End();
            Interlocked.Decrement(ref open);
            intake.Metrics.Connected(protocol.Name, -1);
        }
    }
}
