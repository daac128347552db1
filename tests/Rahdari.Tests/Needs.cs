namespace Rahdari.Tests;

/// <summary>
/// What a test needs and a machine may lack. Absence skips the test by name; with <c>CI=true</c> it runs and fails.
/// </summary>
static class Needs
{
    static bool InCi => Environment.GetEnvironmentVariable("CI") == "true";

    public static string? Skip(bool present, string what) => present || InCi ? null : $"skipped: no {what}";

    /// <summary>Vectors are third-party data beside the checkout: their absence is skipped everywhere.</summary>
    public static string? SkipWithoutVectors => Checkout.Vectors is null ? "skipped: no vectors" : null;
}

/// <summary>A test that reads the public vectors.</summary>
sealed class VectorsFactAttribute : FactAttribute
{
    public VectorsFactAttribute() => Skip = Needs.SkipWithoutVectors;
}

/// <summary>A data-driven test that reads the public vectors.</summary>
sealed class VectorsTheoryAttribute : TheoryAttribute
{
    public VectorsTheoryAttribute() => Skip = Needs.SkipWithoutVectors;
}

/// <summary>
/// A test that traces system calls. A container may forbid tracing whatever is installed: that is skipped everywhere,
/// a missing <c>strace</c> is not.
/// </summary>
sealed class TracedFactAttribute : FactAttribute
{
    static readonly Lazy<string?> Why = new(() =>
    {
        try
        {
            using var probe = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "strace", ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            probe.WaitForExit();
            return probe.ExitCode == 0 ? null : "skipped: tracing is not permitted here";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Needs.Skip(false, "strace");
        }
    });

    public TracedFactAttribute() => Skip = Why.Value;
}
