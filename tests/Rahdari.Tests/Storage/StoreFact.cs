using Rahdari.Tests.Storage.Cluster;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Rahdari.Tests.Storage;

/// <summary>A test of a class that runs on several engines; skipped by name where the class's engine is absent.
/// </summary>
[XunitTestCaseDiscoverer("Rahdari.Tests.Storage.StoreFactDiscoverer", "Rahdari.Tests")]
sealed class StoreFactAttribute : FactAttribute;

/// <summary>The tests of this class run on PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Class)]
sealed class NeedsPostgresAttribute : Attribute
{
    public static string? Skip => Needs.Skip(PostgresServer.Binaries is not null, "PostgreSQL");
}

/// <summary>A test that needs PostgreSQL by itself.</summary>
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = NeedsPostgresAttribute.Skip;
}

/// <summary>Found by xunit through the name in <see cref="StoreFactAttribute"/>.</summary>
public sealed class StoreFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions options, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new StoreTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(),
            testMethod)];
}

/// <summary>A test case whose class, not its method, says what it needs.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    /// <summary>For xunit, which sends test cases between processes.</summary>
    [Obsolete("Called by the deserializer")]
    public StoreTestCase() { }

    public StoreTestCase(
        IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod method)
        : base(messages, display, displayOptions, method) { }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any()
            ? NeedsPostgresAttribute.Skip
            : null;
}
