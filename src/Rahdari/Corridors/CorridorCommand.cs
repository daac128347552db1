using System.CommandLine;
using Rahdari.Corridors.Learning;

namespace Rahdari.Corridors;

/// <summary><c>rahdari corridor</c>: what is done to a pack beside a node.</summary>
static class CorridorCommand
{
    public static Command Build() => new("corridor", "Learns a pack's routes from tracks.")
    {
        LearnCommand.Build(),
    };
}
