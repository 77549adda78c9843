namespace Iterate.Domain.Streams;

/// <summary>What is wrong with one event of a batch: an element of <c>errors</c> of <c>invalid-event</c> (requirement S-11).</summary>
/// <param name="Index">Position of the event in its batch, from 0.</param>
/// <param name="Pointer">JSON pointer into the event; empty for the event itself.</param>
/// <param name="Message">What is wrong there, as the end of a sentence that begins with the pointer.</param>
public sealed record EventFault(int Index, string Pointer, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Pointer.Length == 0 ? $"The event {Message}" : $"{Pointer} {Message}";
}
