using Rahdari.Parties;

namespace Rahdari.Guarantees;

/// <summary>
/// Wrong access codes in a row, by who typed them: after a few free ones each makes the next try wait longer, as a
/// wrong password does. Counted by officer and not by guarantee, so that nobody can shut another's guarantee. Held in
/// memory: a restart forgives. Machine time.
/// </summary>
sealed class CodeGuesses(TimeProvider machine)
{
    /// <summary>Far more people than one node has; beyond it those whose wait is over are forgotten.</summary>
    const int Most = 10_000;

    readonly Lock gate = new();
    readonly Dictionary<OfficerId, (int Failures, DateTimeOffset ShutUntil)> wrong = [];

    /// <summary>How long the officer's next try has to wait; null where it need not.</summary>
    public TimeSpan? WaitOf(OfficerId officer)
    {
        lock (gate)
        {
            var wait = wrong.GetValueOrDefault(officer).ShutUntil - machine.GetUtcNow();
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    /// <summary>A try run twice counts twice, which errs on the safe side.</summary>
    public void Tried(OfficerId officer, bool right)
    {
        lock (gate)
        {
            if (right)
            {
                wrong.Remove(officer);
                return;
            }
            var now = machine.GetUtcNow();
            if (wrong.Count >= Most)
                foreach (var over in wrong.Where(w => w.Value.ShutUntil <= now).Select(w => w.Key).ToList())
                    wrong.Remove(over);
            var failures = wrong.GetValueOrDefault(officer).Failures + 1;
            wrong[officer] = (failures, now + Lockout.After(failures));
        }
    }
}
