namespace MLNetStyle.Pipeline;

/// <summary>The values of the added columns of one row or cursor. What is costly is computed once a row and shared by all getters.</summary>
internal abstract class RowValues : IDisposable
{
    /// <summary>A new <c>ValueGetter</c> of the added column.</summary>
    public abstract Delegate Getter(int added);

    /// <summary>False if the row that a cursor has just moved to is to be left out.</summary>
    public virtual bool Accept() => true;

    public virtual void Dispose()
    {
    }
}
