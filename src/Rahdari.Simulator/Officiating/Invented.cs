using System.Globalization;

namespace Rahdari.Simulator.Officiating;

/// <summary>Names, plates and numbers of nobody: every company, insurer, person and vehicle here is made up.</summary>
static class Invented
{
    /// <summary>Ratings are what the rules may ask of an insurer; the best one is accepted wherever any is.</summary>
    public const string InsurerRating = "A++";

    public static readonly IReadOnlyList<string> Holders =
        ["Varenda Transit Agency", "Tolvan Forwarding", "Ishkarim Clearing House"];

    public static readonly IReadOnlyList<string> Insurers =
        ["Quorinda Mutual Insurance", "Belvastan Surety", "Naumera General Insurance"];

    static readonly string[] Consignors = ["Ostrelle Export House", "Minervo Trading", "Halvek Industries"];
    static readonly string[] Consignees = ["Zarmast Traders", "Kelgosh Bazaar Supply", "Pamirel Imports"];
    static readonly string[] Carriers = ["Droven Bonded Lines", "Sulmira Carriers", "Tarvesh Road Freight"];
    static readonly string[] GivenNames = ["Arvin", "Belan", "Delmar", "Kasimir", "Norvan", "Omerin", "Rashel"];
    static readonly string[] FamilyNames = ["Qorvani", "Zelbar", "Mirvandi", "Tolkhan", "Persal", "Ushtari", "Vardeh"];

    /// <summary>Goods of headings a processing fee was reported for: whether it is charged, the rules decide.</summary>
    static readonly (string HsCode, string Description)[] Catalogue =
    [
        ("640419", "Footwear with textile uppers"), ("630140", "Blankets of synthetic fibres"),
        ("620342", "Trousers of cotton"), ("170490", "Sugar confectionery"), ("841370", "Centrifugal pumps"),
        ("850440", "Static converters"), ("610910", "T-shirts of cotton"), ("180690", "Chocolate preparations"),
    ];

    public static (string Consignor, string Consignee, string Carrier) Parties(Dice dice) =>
        (dice.Pick(Consignors), dice.Pick(Consignees), dice.Pick(Carriers));

    public static string Driver(Dice dice) => $"{dice.Pick(GivenNames)} {dice.Pick(FamilyNames)} (invented)";

    public static string Plate(Dice dice) => Digits("SIM-", dice.Between(1000, 9999), 4);

    public static string Container(Dice dice) => CheckedNumber.WithIso6346(Digits("SIMU", dice.Between(0, 999_999), 6));

    /// <summary>Bonded high-security seals carry a number printed once.</summary>
    public static string Seal(ulong seed, int truck) => Digits("SIM", (int)(seed % 1000), 3) + Digits("", truck, 5);

    /// <summary>Ten digits; one lock a truck, another set for another seed.</summary>
    public static string Lock(ulong seed, int truck) => Digits("80", (int)(seed % 1000), 3) + Digits("", truck, 5);

    public static string Imei(ulong seed, int truck) =>
        CheckedNumber.WithLuhn(Digits("350000", (int)(seed % 1000), 3) + Digits("", truck, 5));

    /// <summary>Makers of nothing.</summary>
    public const string LockVendor = "Ravenholt Seals", TrackerVendor = "Telvar Positioning";

    /// <summary>A SIM card's number (ITU-T E.118): 89, a country code nobody has, 19 digits with the check digit.
    /// </summary>
    public static string Iccid(string device) =>
        CheckedNumber.WithLuhn("8999900" + device[^Math.Min(device.Length, 10)..].PadLeft(11, '0'));

    public static string Grn(ulong seed, int year, string country, int number) => CheckedNumber.WithIso6346(
        Digits("", year % 100, 2) + country.ToUpperInvariant() + "SIM" + Digits("", (int)(seed % 10_000), 4)
        + Digits("", number, 5));

    /// <summary>One or two kinds of goods, priced per unit in the currency's minor units.</summary>
    public static IReadOnlyList<GoodsPlan> Goods(Dice dice, int units)
    {
        var first = dice.Between(0, Catalogue.Length - 1);
        var kinds = dice.Between(1, 2);
        return
        [
            .. Enumerable.Range(0, kinds).Select(k =>
            {
                var (hsCode, description) = Catalogue[(first + k * 3) % Catalogue.Length];
                var value = (long)dice.Between(600, 1_800) * 1_000_000 * units / kinds;
                return new GoodsPlan(hsCode, description, value, value * dice.Between(25, 45) / 100);
            }),
        ];
    }

    static string Digits(string prefix, int number, int width) =>
        prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
}
