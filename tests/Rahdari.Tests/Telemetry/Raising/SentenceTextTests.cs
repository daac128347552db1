using Rahdari.Devices;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using Rahdari.Web;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class SentenceTextTests
{
    public static TheoryData<string> Languages => [.. Catalogues.Languages.Select(l => l.Tag)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_sentence_a_rule_can_say_is_in_the_catalogue_with_its_arguments(string language)
    {
        var catalogue = Catalogues.Load().Find(language)!;
        foreach (var rule in Rules.OverRecords.SelectMany(g => g.Rules))
        {
            foreach (var valid in new[] { true, false })
            {
                var fix = Fix(10, 50, 9_000, valid: valid, events: [DeviceEvent.RopeCut]);
                var position = valid ? Plausibility.Believed : Plausibility.Unusable;
                var device = new DeviceFold { Device = fix.Device.ToString() };
                var sight = new Sight(
                    JudgedRecord.Of(fix), Followed(), Around, RoadRules, position, device, [device]);
                var sentence = rule.Explain(
                    new(fix.JudgedAt, fix.JudgedAt.AddHours(2), 3, 3, null, false, null), sight);
                Check(catalogue, sentence);
                Assert.Equal(
                    !valid && rule is not OfficeZones, sentence.Key.EndsWith(".unplaced", StringComparison.Ordinal));
            }
        }
        foreach (var kind in new[] { AlertKind.SealOpened, AlertKind.Unlocked })
        {
            var record = JudgedRecord.Of(Fix(10, 1));
            var sight = new Sight(record, Followed(), Around, RoadRules, Plausibility.Believed, new(), []);
            var sentence = Sentence.OfOpening(kind, sight);
            Assert.EndsWith(".at-office", sentence.Key, StringComparison.Ordinal);
            Check(catalogue, sentence);
        }
        foreach (var position in new[] { Plausibility.Believed, Plausibility.Unusable })
        {
            var record = JudgedRecord.Of(Fix(10, 50)) with { BatteryPercent = 7 };
            var before = JudgedRecord.Of(Fix(8, 49));
            var device = new DeviceFold { Device = record.Device };
            device.Trail.Last = new(before.AtMicros, before.LatitudeE7, before.LongitudeE7);
            var sight = new Sight(record, Followed(), Around, RoadRules, position, device, [device]);
            var episode = new Episode(record.At, record.At, 1, 1, null, false, null);
            var battery = new Battery().Explain(episode, sight);
            var jump = new ImplausibleJump().Explain(episode, sight);
            Assert.Equal(["percent", "7"], battery.Args.TakeLast(2));
            Assert.Contains("120", jump.Args);
            Check(catalogue, battery);
            Check(catalogue, jump);
        }
        foreach (var key in new[] { "alert.office-zone", "alert.office-zone.no-gate-out", "alert.office-zone.no-exit" })
            Check(catalogue, new(key, ["device", "jt600:1", "office", "pk:TORKHAM", "minutes", "31"]));
        Check(catalogue, new("alert.flood", ["device", "jt600:1", "times", "64", "minutes", "9"]));
        foreach (double? along in new double?[] { null, 120_000 })
            Check(catalogue, PastTimeLimit.Explain(Followed(), Start.AddDays(15), along, 300_000));
        Check(catalogue, new("alert.silence", ["device", "jt600:1", "minutes", "61"]));
        Check(catalogue, new("alert.silence.reduced", ["device", "jt600:1", "minutes", "61"]));
        Check(catalogue, new("alert.silence.both", ["devices", "jt600:1, teltonika:2", "minutes", "61"]));
    }

    static void Check(Catalogue catalogue, Sentence sentence)
    {
        Assert.True(catalogue.Has(sentence.Key), sentence.Key);
        var names = sentence.Args.Where((_, i) => i % 2 == 0).ToHashSet();
        Assert.Subset(names, catalogue.Texts[sentence.Key].Pattern.Arguments.ToHashSet());
    }
}
