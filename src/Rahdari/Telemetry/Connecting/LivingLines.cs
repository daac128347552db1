using Microsoft.AspNetCore.Connections;

namespace Rahdari.Telemetry.Connecting;

/// <summary>
/// Finds out which lines live. A device that lost its network connects again while its old connection is half open
/// here; a line that nobody has heard of since may also be the device, and the newer one a stranger's. The transport is
/// asked; whoever waits for the answer holds nothing meanwhile.
/// </summary>
sealed class LivingLines(
    IPeers peers, ArrivalOrder order, IntakeMetrics metrics, TimeProvider machine, IHostApplicationLifetime node)
{
    /// <summary>Machine time until a line that has not ended lives: a second more than the transport takes to give it
    /// up.</summary>
    public static readonly TimeSpan Patience = KeepAlivePeers.GivesUpAfter + TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits until each of the lines is over or is known to live. Of one line many may wait for one answer, each for
    /// what is left of it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The node is stopping. It ends lines, which tells nothing of
    /// them.</exception>
    public async Task AskAsync(IReadOnlyList<Line> lines)
    {
        var stopping = node.ApplicationStopping;
        foreach (var question in lines.Select(Ask).ToList()) await question.WaitAsync(stopping);
        stopping.ThrowIfCancellationRequested();
    }

    Task Ask(Line line)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = line.Question(mine);
        if (asked == mine) _ = FindOutAsync(line, mine);
        return asked.Task;
    }

    async Task FindOutAsync(Line line, TaskCompletionSource question)
    {
        try
        {
            if (line.Connection is { } connection && line.IsOpen) await FindOutAsync(line, connection, question.Task);
        }
        finally
        {
            // First, so that whoever is told may ask anew.
            line.Answered();
            question.TrySetResult();
        }
    }

    async Task FindOutAsync(Line line, ConnectionContext connection, Task known)
    {
        // It may have ended in order while it was looked at; or it does so now.
        await using var ended = connection.ConnectionClosed.UnsafeRegister(_ => line.End(), null);
        var before = line.AliveAt;
        peers.Ask(connection);
        try
        {
            await known.WaitAsync(Patience, machine);
        }
        catch (TimeoutException)
        {
            if (line.IsOpen) Conclude(line, connection);
        }
        if (line.IsOpen) peers.Leave(connection);
        metrics.Asked(line.AliveAt > before);
    }

    void Conclude(Line line, ConnectionContext connection)
    {
        if (peers.HaveAnswered(connection) != false)
        {
            line.IsAlive(order.Next());
            return;
        }
        // Nobody has been there for seconds: from here on it is over, and not only half open.
        line.End();
        connection.Abort(new ConnectionAbortedException("the other end does not answer"));
    }
}
