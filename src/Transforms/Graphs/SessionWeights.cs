using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>
/// Hands a graph's weights to ONNX Runtime without copying them into the model: their arrays are pinned and read in place.
/// </summary>
/// <remarks>
/// The managed binding lacks AddExternalInitializers, so it is called through the C interface, a table of functions that only
/// ever grows at its end. Where the library or the function is not found the weights are written into the model instead, which
/// takes more memory and changes nothing else.
/// </remarks>
internal sealed unsafe class SessionWeights : IDisposable
{
    private const uint ApiVersion = 16;
    private const int SmallWeight = 1024;
    private readonly List<MemoryHandle> _pins = [];

    /// <summary>Adds the weights to a model, or to the settings of the session that will run it.</summary>
    public SessionWeights(IEnumerable<Weight> weights, GraphProto model, SessionOptions settings)
    {
        nint* api = Table.Value;
        List<Weight> outside = [];
        foreach (Weight weight in weights)
        {
            if (api is null || weight.Count < SmallWeight)
            {
                model.Initializer.Add(OnnxFormat.Inline(weight));
                continue;
            }
            TensorProto tensor = OnnxFormat.Describe(weight);
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "memory" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{4L * weight.Count}" });
            model.Initializer.Add(tensor);
            outside.Add(weight);
        }
        if (outside.Count > 0) Add(api, outside, settings);
    }

    /// <summary>A session that nobody disposed, as in a loaded model, must not keep the weights of a network for good.</summary>
    ~SessionWeights() => Release();

    /// <summary>Releases the arrays; only after the session itself.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        foreach (MemoryHandle pin in _pins) pin.Dispose();
        _pins.Clear();
    }

    private static Lazy<Pointer> Table { get; } = new(Find);

    private static Pointer Find()
    {
        try
        {
            if (!NativeLibrary.TryLoad("onnxruntime", typeof(InferenceSession).Assembly, null, out nint library)
                || !NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint getBase)) return default;
            nint* start = (nint*)((delegate* unmanaged[Stdcall]<nint>)getBase)();
            return new Pointer((nint*)((delegate* unmanaged[Stdcall]<uint, nint>)start[0])(ApiVersion));
        }
        catch (BadImageFormatException)
        {
            return default;
        }
    }

    private void Add(nint* api, List<Weight> weights, SessionOptions settings)
    {
        nint[] names = new nint[weights.Count], values = new nint[weights.Count];
        nint place = 0;
        try
        {
            Check(api, ((delegate* unmanaged[Stdcall]<int, int, nint*, nint>)api[Entry.CreateCpuMemoryInfo])(0, 0, &place));
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = Marshal.StringToCoTaskMemUTF8(weights[i].Name);
                values[i] = Pinned(api, place, weights[i]);
            }
            fixed (nint* n = names, v = values)
            {
                bool held = false;
                try
                {
                    settings.DangerousAddRef(ref held);
                    Check(api, ((delegate* unmanaged[Stdcall]<nint, nint*, nint*, nuint, nint>)api[Entry.AddExternalInitializers])(
                        settings.DangerousGetHandle(), n, v, (nuint)names.Length));
                }
                finally
                {
                    if (held) settings.DangerousRelease();
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            foreach (nint name in names) Marshal.FreeCoTaskMem(name);
            foreach (nint value in values) if (value != 0) ((delegate* unmanaged[Stdcall]<nint, void>)api[Entry.ReleaseValue])(value);
            if (place != 0) ((delegate* unmanaged[Stdcall]<nint, void>)api[Entry.ReleaseMemoryInfo])(place);
        }
    }

    private nint Pinned(nint* api, nint place, Weight weight)
    {
        MemoryHandle pin = weight.Values.AsMemory().Pin();
        _pins.Add(pin);
        long[] shape = [.. weight.Shape];
        nint value = 0;
        fixed (long* s = shape)
        {
            Check(api, ((delegate* unmanaged[Stdcall]<nint, void*, nuint, long*, nuint, int, nint*, nint>)api[Entry.CreateTensorWithDataAsOrtValue])(
                place, pin.Pointer, 4 * (nuint)weight.Count, s, (nuint)shape.Length, (int)ElementType.Float, &value));
        }
        return value;
    }

    private static void Check(nint* api, nint status)
    {
        if (status == 0) return;
        string? message = Marshal.PtrToStringUTF8(((delegate* unmanaged[Stdcall]<nint, nint>)api[Entry.GetErrorMessage])(status));
        ((delegate* unmanaged[Stdcall]<nint, void>)api[Entry.ReleaseStatus])(status);
        throw new InvalidOperationException($"ONNX Runtime can't take the weights of a graph: {message}");
    }

    private readonly struct Pointer(nint* value)
    {
        public static implicit operator nint*(Pointer pointer) => pointer.Value;

        private nint* Value { get; } = value;
    }

    /// <summary>Positions in the table of functions.</summary>
    private static class Entry
    {
        public const int GetErrorMessage = 2;
        public const int CreateTensorWithDataAsOrtValue = 49;
        public const int CreateCpuMemoryInfo = 69;
        public const int ReleaseStatus = 93;
        public const int ReleaseMemoryInfo = 94;
        public const int ReleaseValue = 96;
        public const int AddExternalInitializers = 210;
    }
}
