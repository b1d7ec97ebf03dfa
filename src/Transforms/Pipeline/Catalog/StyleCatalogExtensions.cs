using Microsoft.ML;

namespace MLNetStyle;

/// <summary>The entry to this library on <see cref="MLContext"/>.</summary>
public static class StyleCatalogExtensions
{
    extension(MLContext context)
    {
        /// <summary>The transforms of this library for the context, whose <c>Log</c>, <c>GpuDeviceId</c> and <c>FallbackToCpu</c> they
        /// follow.</summary>
        public StyleCatalog Style => new(context);
    }
}
