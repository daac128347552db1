namespace Rahdari.Simulator.Driving;

/// <summary>What goes out of the ordinary with one truck.</summary>
enum Incident
{
    None,

    /// <summary>Inside a coverage gap somebody cuts the seal's rope: the alarm arrives late.</summary>
    RopeCutInGap,

    /// <summary>Leaves the corridor by several kilometres and comes back.</summary>
    Deviation,

    /// <summary>Stands for three hours where no stop is allowed.</summary>
    LongStop,

    /// <summary>The seal's device falls silent for hours; nothing of that time is ever sent.</summary>
    SilentDevice,

    /// <summary>The other side never answers the exit.</summary>
    Unanswered,
}
