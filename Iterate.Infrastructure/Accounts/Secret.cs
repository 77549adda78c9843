using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Iterate.Infrastructure.Accounts;

/// <summary>Secrets as their holders see them, and the hash that is all we keep (requirement A-19).</summary>
internal static class Secret
{
    private const int RandomBytes = 32;
    private const string CliPrefix = "itc_";
    private const int CliLength = 52;
    private const string Base32 = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>32 random bytes, safe in cookies and URL fragments.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>A secret of a command line, recognizable by log masking (requirement A-27).</summary>
    public static string NewCli() => CliPrefix + RandomNumberGenerator.GetString(Base32, CliLength);

    /// <summary>SHA-256. The secrets are random and long, so they need neither salt nor stretching.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
