using System.ComponentModel;

namespace MLNetStyle.Portable;

/// <summary>No column at all.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NoColumns
{
}
