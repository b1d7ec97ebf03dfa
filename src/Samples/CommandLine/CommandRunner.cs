using System.CommandLine;
using System.Runtime.InteropServices;
using MLNetStyle.Graphs;
using MLNetStyle.Samples.Batch;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Parses the arguments and runs a command: exit code 0 done, 1 failed, 2 wrong arguments, 130 interrupted.</summary>
internal static class CommandRunner
{
    public const int Failed = 1, WrongArguments = 2, Interrupted = 130;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        Telemetry.Forbid();
        HelpGroups.Install(root);
        Option<bool> quiet = HelpGroups.Put(new Option<bool>("--quiet", "-q")
        {
            Description = "Say nothing but warnings and errors",
            Recursive = true
        }, HelpGroups.Machine);
        root.Options.Add(quiet);
        try
        {
            args = ReportArguments.Expand(root, args);
        }
        catch (UsageException e)
        {
            return Refuse(root.Parse(args[..1]), e.Messages);
        }
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : Arguments.LastOnes(root, args));
        Terminal.IsQuiet = parsed.GetValue(quiet);
        if (parsed.Errors.Count > 0)
        {
            string[] messages = [.. parsed.Errors.Select(e => Advised(e.Message, parsed))];
            // A mistyped command is said to be missing as well.
            return Refuse(parsed, parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.Count > 0 && messages.Length > 1
                ? messages.Where(m => parsed.UnmatchedTokens.Any(t => m.Contains($"'{t}'", StringComparison.Ordinal))) : messages);
        }

        using CancellationTokenSource interrupted = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        if (Environment.GetEnvironmentVariable(ShareProgram.Leash) is not null) StopAtEndOfInput(interrupted);
        try
        {
            int code = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupted.Token);
            return code;
        }
        catch (UsageException e)
        {
            return Refuse(parsed, e.Messages);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            Terminal.Error("interrupted before anything was made; no file was written.");
            return Interrupted;
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("MLNETSTYLE_STACKTRACE") is null)
        {
            Terminal.Error(Describe(e, parsed.CommandResult.Command));
            return Failed;
        }

        // The first signal asks the run to stop and keep what it has; a second one ends the process at once.
        void OnSignal(PosixSignalContext context)
        {
            if (interrupted.IsCancellationRequested) return;
            context.Cancel = true;
            Terminal.Note("Stopping after this evaluation; once more ends at once.");
            interrupted.Cancel();
        }
    }

    private static void StopAtEndOfInput(CancellationTokenSource interrupted) => new Thread(() =>
    {
        try
        {
            using Stream input = Console.OpenStandardInput();
            byte[] read = new byte[64];
            while (input.Read(read) > 0)
            {
                // Nothing is said there.
            }
            interrupted.Cancel();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is over anyway.
        }
    })
    { IsBackground = true }.Start();

    private static int Refuse(ParseResult parsed, IEnumerable<string> messages)
    {
        foreach (string message in messages) Terminal.Error(message);
        Terminal.Note($"'{CommandPath(parsed)} --help' lists what it takes.");
        return WrongArguments;
    }

    // What was meant by a name that there is not.
    private static string Advised(string message, ParseResult parsed) =>
        parsed.UnmatchedTokens.FirstOrDefault(t => message.Contains($"'{t}'", StringComparison.Ordinal)) is { } token
            && Arguments.Meant(token, parsed.CommandResult.Command) is { } meant ? $"{message} Did you mean '{meant}'?" : message;

    private static string Describe(Exception e, Command command)
    {
        List<string> messages = [];
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            if (at is ImageReadException { NamesFile: true }) continue; // a row means nothing here
            string message = PropertyNames.AsOptions(at.Message, command);
            if (!messages.Exists(m => m.Contains(message, StringComparison.Ordinal))) messages.Add(message);
        }
        return string.Join($"{Environment.NewLine}  because: ", messages);
    }

    private static string CommandPath(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        return command is RootCommand ? "mlnetstyle" : $"mlnetstyle {command.Name}";
    }
}
