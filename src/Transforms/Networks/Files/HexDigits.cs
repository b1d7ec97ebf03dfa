namespace MLNetStyle.Networks;

/// <summary>Bytes as two small hexadecimal digits each, as hashes are written; .NET 8 writes capital ones only.</summary>
internal static class HexDigits
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
