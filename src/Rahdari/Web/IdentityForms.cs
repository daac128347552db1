using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Parties;

namespace Rahdari.Web;

/// <summary>How an identifier is written, for programs that call the API.</summary>
/// <param name="Pattern">Its form as a regular expression; a check digit is beyond it.</param>
/// <param name="Example">One that is read.</param>
sealed record IdentityForm(string Pattern, string Example, string Description);

/// <summary>The form of every identifier; a test holds it against the identifiers' own readers.</summary>
static class IdentityForms
{
    static readonly Dictionary<Type, IdentityForm> ByType = new()
    {
        [typeof(AdministrationId)] = new("^[a-z]{2,8}$", "pk", "An administration."),
        [typeof(OfficeId)] = new("^[a-z]{2,8}:[A-Z0-9-]{2,24}$", "pk:TORKHAM", "An office, ADMINISTRATION:CODE."),
        [typeof(OfficerId)] = new("^[A-Za-z0-9-]{1,40}$", "o-7", "An officer, opaque."),
        [typeof(PartyId)] = new("^[A-Za-z0-9-]{1,40}$", "agent-7", "A firm, opaque."),
        [typeof(Mrn)] = new(
            "^[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[J-M][0-9]$", "26PKKHI000000123M9",
            "A movement reference number; its last character is a check digit."),
        [typeof(UnitId)] = new(
            "^[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[J-M][0-9]/[1-9][0-9]{0,3}$", "26PKKHI000000123M9/1",
            "A unit of a movement, MRN/n."),
        [typeof(Grn)] = new(
            "^[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[0-9]$", "26PK0000000000013",
            "A guarantee reference number; its last character is a check digit."),
        [typeof(SealNumber)] = new("^[A-Z0-9-]{4,20}$", "PKC-000123", "A seal's printed number."),
        [typeof(ContainerNumber)] = new(
            "^[A-Z]{3}[UJZ][0-9]{7}$", "CSQU3054383",
            "A container number (ISO 6346); its last character is a check digit."),
        [typeof(DeviceId)] = new(
            "^[a-z0-9]{2,16}:[A-Za-z0-9-]{1,40}$", "jt600:8000620011", "A tracking device, PROTOCOL:SERIAL."),
    };

    public static IReadOnlyDictionary<Type, IdentityForm> All => ByType;

    public static IdentityForm Of(Type type) => ByType[type];
}
