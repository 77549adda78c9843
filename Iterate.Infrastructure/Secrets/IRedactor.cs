using Iterate.Domain.Secrets;

namespace Iterate.Infrastructure.Secrets;

/// <summary>Takes secrets out of text before it is stored or shown (requirement X-12).</summary>
public interface IRedactor
{
    /// <summary><paramref name="text"/> without secrets.</summary>
    string Redact(string text);
}

/// <summary>Knows the secrets that say by their prefix what they are.</summary>
internal sealed class TokenRedactor : IRedactor
{
    public string Redact(string text) => SecretTokens.MaskIn(text);
}
