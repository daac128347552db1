namespace Rahdari.Transparency.Sequencing;

/// <summary>
/// The log must not be signed any further until a person has looked: record, files and what was signed before do not
/// fit together. Codes: <c>record-rolled-back</c>, <c>record-differs</c>, <c>files-differ</c>, <c>head-malformed</c>,
/// <c>log-of-another-key</c>.
/// </summary>
sealed class LogHaltedException(string code, string message) : Exception(message)
{
    public string Code => code;
}
