using System.CommandLine;
using Rahdari.Corridors.Importing;
using Rahdari.Corridors.Learning;

namespace Rahdari.Corridors;

/// <summary><c>rahdari corridor</c>: what is done to a pack beside a node.</summary>
static class CorridorCommand
{
    public static Command Build() => new("corridor", "Draws a pack's routes from files and learns them from tracks.")
    {
        LearnCommand.Build(), ImportCommand.Build(),
    };
}
