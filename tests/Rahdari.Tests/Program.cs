using Rahdari.Tests.Storage;

// The test runner does not come here: these are the processes that tests start, and kill.
if (args is not [ChildWriter.Command, var round, .. var database])
{
    Console.Error.WriteLine("run the tests with: dotnet test");
    return 2;
}
await ChildWriter.RunAsync(round, database);
return 0;
