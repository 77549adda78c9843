namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// Something the host needs before it can serve is missing or taken. The message is one sentence for the person at
/// the terminal; the process ends with exit code 2 and shows no stack.
/// </summary>
public sealed class StartupException(string sentence, Exception? innerException = null) : Exception(sentence, innerException);
