using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// A board kept up to date in the same transaction as the events it shows; it can be dropped and rebuilt by applying
/// every event again. It holds public fields only: what is sealed is read from the events, so that erasing reaches it.
/// </summary>
public interface IProjection
{
    /// <summary>Statements that create its tables (<c>create table if not exists ...</c>), in the SQL both engines
    /// share; the token <c>{bytes}</c> stands for the engine's binary column type.</summary>
    string Schema { get; }

    /// <summary>Applies one event, own or imported from another administration.</summary>
    Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel);
}
