namespace Rahdari.Transparency;

/// <summary>
/// State as the fold of events. Folding never fails: an event out of place changes what it can and the rest stays.
/// </summary>
public interface IFold<TSelf> where TSelf : IFold<TSelf>
{
    /// <summary>The state before any event.</summary>
    static abstract TSelf Empty { get; }

    /// <summary>The state after one more event of any of the streams that make up the subject.</summary>
    TSelf Apply(Recorded recorded);
}
