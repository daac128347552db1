namespace Rahdari.Transparency;

/// <summary>
/// Tables of a folder that are no projection: no event could fill them again, so they are never dropped. Numbered
/// scripts bring them to their newest version before the node records anything.
/// </summary>
/// <param name="Name">The owner; the version is kept under it.</param>
/// <param name="Scripts">Script n brings version n-1 to n and never changes once released. The first says
/// <c>if not exists</c> where tables are older than their number.</param>
sealed record NodeTables(string Name, IReadOnlyList<string> Scripts);
