using Rahdari.Hosting;

return await CommandLine.RunAsync(args);
