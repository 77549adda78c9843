namespace Iterate.Domain.Accounts;

/// <summary>What a one-time token is good for.</summary>
public enum TokenPurpose
{
    /// <summary>Signs in the person it was made for.</summary>
    SignInLink,
}
