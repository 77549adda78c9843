using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Iterate.Web.Tests.Hosting;

/// <summary>Keeps what a server logs as errors.</summary>
public sealed class RecordedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<LoggedError> _errors = [];

    public IReadOnlyCollection<LoggedError> Errors => _errors;

    public ILogger CreateLogger(string categoryName) => new Logger(_errors);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Logger(ConcurrentQueue<LoggedError> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue(new(formatter(state, exception), exception));
            }
        }
    }
}

/// <summary>One error.</summary>
public sealed record LoggedError(string Message, Exception? Exception);
