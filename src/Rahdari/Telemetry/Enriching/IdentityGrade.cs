using Rahdari.Hosting;
using Rahdari.Telemetry.Decoding;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// How sure it is that a record is from the device it names. The slug is the name in kebab case; the number stands in
/// the journal and is never given to another grade.
/// </summary>
public enum IdentityGrade
{
    /// <summary>It says so, and nothing else does.</summary>
    None = 0,

    /// <summary>
    /// It came from a network that the node's settings name: a private APN, or a vendor's addresses and the device told
    /// on its connection the number of the SIM card that the stock's books have for it. Where it told another one, it
    /// is not of this grade.
    /// </summary>
    Network = 1,

    /// <summary>
    /// On its connection the device showed a secret that this node issues only to a registration from a network of its
    /// settings. So somebody speaks who was in such a network when the id was registered, or who has the secret from
    /// there; that nobody else in the network registered the id it does not prove. A secret that the node gives to
    /// whoever asks is none.
    /// </summary>
    Key = 2,

    /// <summary>A vendor says so: its platform passed the record on and proved itself; the device proved nothing.
    /// </summary>
    Vendor = 3,
}

static class IdentityGrades
{
    /// <summary>The name on the wire and in catalogues.</summary>
    public static string Slug(this IdentityGrade grade) => grade switch
    {
        IdentityGrade.Network => "network",
        IdentityGrade.Key => "key",
        IdentityGrade.Vendor => "vendor",
        _ => "none",
    };

    public static IdentityGrade Parse(string slug) =>
        Enum.GetValues<IdentityGrade>().FirstOrDefault(g => g.Slug() == slug);

    /// <summary>A device that showed a wrong secret has no grade, wherever it is. What a vendor passes on is the
    /// vendor's word, whatever the frame holds.</summary>
    /// <param name="card">The SIM card that the device told last on its connection; null where it told none.</param>
    public static IdentityGrade Of(ReceivedFrame frame, ToldCard? card) => frame.Frame.Authenticated switch
    {
        _ when frame.Relay is not null => IdentityGrade.Vendor,
        true => IdentityGrade.Key,
        false => IdentityGrade.None,
        null => frame.Arrival?.Line.Network?.Kind switch
        {
            DeviceNetworkKind.PrivateApn when card is not { Differs: true } => IdentityGrade.Network,
            DeviceNetworkKind.VendorRange when card is { Fits: true } => IdentityGrade.Network,
            _ => IdentityGrade.None,
        },
    };
}
