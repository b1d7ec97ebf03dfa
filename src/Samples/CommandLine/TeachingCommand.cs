using System.CommandLine;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class TeachingCommand(string name, string description, string examples) : Command(name, description)
{
    public string Examples { get; } = examples;
}
