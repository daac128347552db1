namespace Rahdari.Simulator;

/// <summary>A record the server has acknowledged: from then on it may never be missing there.</summary>
/// <param name="Device">The device with its protocol, for example <c>jt600:8000620011</c>.</param>
public sealed record AcknowledgedRecord(string Device, DateTimeOffset FixTime, int Serial);
