using System.Net;
using Hangfire;
using Hangfire.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using LogLevel = Hangfire.Logging.LogLevel;

namespace MLNetStyle.Queues;

/// <summary>Takes shares from a queue and makes them, until it is stopped.</summary>
internal static class QueueWorker
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(30), s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Works until the token says stop; a share at hand goes back to the queue then.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="runner">Makes the shares.</param>
    /// <param name="shares">How many are made side by side.</param>
    /// <param name="dashboard">The port of Hangfire's dashboard on the loopback address; null for none, 0 for any that is free.</param>
    /// <param name="say">Told what goes wrong with the queue.</param>
    /// <param name="ready">Called when it works, with the dashboard's address.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="IOException">The dashboard's port is taken.</exception>
    public static async Task RunAsync(BatchQueue queue, IShareRunner runner, int shares, int? dashboard, Action<string> say,
        Action<string?> ready, CancellationToken cancellation)
    {
        CountedRunner counted = new(runner);
        queue.AgreeOnLost();
        await using WebApplication? page = dashboard is { } port ? Dashboard(queue, port) : null;
        if (page is not null) await page.StartAsync(cancellation).ConfigureAwait(false);
        GlobalConfiguration.Configuration.UseLogProvider(new QueueLog(say)); // after the page, which sets its own
        using BackgroundJobServer server = new(new BackgroundJobServerOptions
        {
            Activator = new Activator(counted),
            WorkerCount = shares,
            SchedulePollingInterval = TimeSpan.FromSeconds(5),
            ShutdownTimeout = s_farewell,
            CancellationCheckInterval = TimeSpan.FromSeconds(2),
        }, queue.Storage);
        ready(page?.Urls.First());
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellation.Register(stopped.SetResult);
        await stopped.Task.ConfigureAwait(false);
        server.SendStop();
        await server.WaitForShutdownAsync(CancellationToken.None).ConfigureAwait(false);
        // A share at hand ends its process before this one goes.
        for (TimeSpan waited = default; counted.Running > 0 && waited < s_farewell; waited += s_look)
            await Task.Delay(s_look, CancellationToken.None).ConfigureAwait(false);
    }

    // Only this machine sees it: others may start jobs there.
    private static WebApplication Dashboard(BatchQueue queue, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRouting().AddHangfire(c => c.UseStorage(queue.Storage));
        // A page of another origin can't press the dashboard's buttons; keys for that live as long as the worker.
        builder.Services.AddAntiforgery().AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostFilteringOptions>(o => o.AllowedHosts = ["localhost", "127.0.0.1"]);
        WebApplication page = builder.Build();
        page.UseHostFiltering();
        page.UseHangfireDashboard("", new DashboardOptions
        {
            DashboardTitle = "mlnetstyle",
            AppPath = null,
            DisplayStorageConnectionString = false,
        }, queue.Storage);
        return page;
    }

    /// <summary>The worker hears signals itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class CountedRunner(IShareRunner runner) : IShareRunner
    {
        private int _running;

        public int Running => Volatile.Read(ref _running);

        public string Run(string folder, IReadOnlyList<string> arguments, int share, int shares, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _running);
            try
            {
                return runner.Run(folder, arguments, share, shares, cancellation);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private sealed class Activator(IShareRunner runner) : JobActivator
    {
        public override object ActivateJob(Type jobType) => new ShareJob(runner);
    }

    /// <summary>Hangfire's words, those about trouble alone.</summary>
    private sealed class QueueLog(Action<string> say) : ILogProvider, ILog
    {
        public ILog GetLogger(string name) => this;

        public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null)
        {
            if (logLevel < LogLevel.Warn) return false;
            if (messageFunc is null) return true;
            string message = messageFunc().Split('\n')[0].TrimEnd();
            say(exception is null ? message : $"{message} ({exception.Message.Split('\n')[0].TrimEnd()})");
            return true;
        }
    }
}
