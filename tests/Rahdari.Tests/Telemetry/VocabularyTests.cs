using Rahdari.Telemetry;

namespace Rahdari.Tests.Telemetry;

public sealed class VocabularyTests
{
    /// <summary>With <c>RAHDARI_WRITE=1</c> the file is written first.</summary>
    [Fact]
    public void The_vocabulary_document_is_current()
    {
        var file = Path.Combine(Checkout.Root, "docs", "vocabulary.md");
        if (Environment.GetEnvironmentVariable("RAHDARI_WRITE") == "1") File.WriteAllText(file, Vocabulary.Markdown());

        Assert.Equal(Vocabulary.Markdown(), File.ReadAllText(file));
    }
}
