using System.Reflection;
using BenchmarkDotNet.Running;
using Rahdari.Benchmarks.Corridors;
using Rahdari.Benchmarks.Storage;
using Rahdari.Benchmarks.Telemetry;

// What waits for disks is compared side by side, in turns; what only computes goes to BenchmarkDotNet.
var sideBySide = new Dictionary<string, Func<Task>>
{
    ["storage"] = JournalAppend.RunAsync,
    ["ingest"] = TcpIngest.RunAsync,
    ["ingest-judged"] = TcpIngest.RunJudgedAsync,
    ["crowd"] = IdleCrowd.RunAsync,
    ["overload"] = Overload.RunAsync,
    ["outage"] = Outage.RunAsync,
    ["alert"] = FrameToAlert.RunAsync,
    ["corridor"] = CorridorDistance.RunAsync,
    [CrowdProcess.Name] = CrowdProcess.RunAsync,
};
if (args is [var name] && sideBySide.TryGetValue(name, out var run)) await run();
else BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
