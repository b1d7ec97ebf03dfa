using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

// The few functions of libvips that decode, encode and scale images. Pixels go in and out as RGBA, 8 bits each.
internal static unsafe partial class Vips
{
    private const string Library = "vips";
    private const int Uchar = 0, Srgb = 22, ForceSize = 3;
    private const long MaxPixels = 1L << 27;

    // libvips keeps one error text for the whole process.
    private static readonly Lock Gate = new();

    static Vips()
    {
        NativeLibrary.SetDllImportResolver(typeof(Vips).Assembly, Resolve);
        if (vips_init("Microsoft.ML.StandIn") != 0) throw new DllNotFoundException($"libvips did not start: {TakeError()}");
        vips_cache_set_max(0);
    }

    public static (byte[] Rgba, int Width, int Height) Decode(ReadOnlySpan<byte> file)
    {
        lock (Gate)
        {
            fixed (byte* bytes = file)
            {
                using Handle source = new(vips_image_new_from_buffer(bytes, (nuint)file.Length, "", 0));
                (int width, int height) = (vips_image_get_width(source), vips_image_get_height(source));
                if ((long)width * height > MaxPixels) throw new VipsException($"it is {width} x {height} pixels large, and {MaxPixels} pixels are the limit.");
                using Handle srgb = new(Check(vips_colourspace(source, out nint image, Srgb, 0), image));
                using Handle opaque = new(vips_image_hasalpha(srgb) != 0 ? Copy(srgb) : Check(vips_addalpha(srgb, out image, 0), image));
                using Handle uchar = new(Check(vips_cast_uchar(opaque, out image, 0), image));
                return (Pixels(uchar, 4), width, height);
            }
        }
    }

    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int bands, string format)
    {
        lock (Gate)
        {
            using Handle image = FromMemory(pixels, width, height, bands);
            if (vips_image_write_to_buffer(image, format, out nint buffer, out nuint size, 0) != 0) throw new VipsException(TakeError());
            return Take(buffer, size);
        }
    }

    public static byte[] Resize(ReadOnlySpan<byte> rgba, int width, int height, int newWidth, int newHeight)
    {
        lock (Gate)
        {
            using Handle image = FromMemory(rgba, width, height, 4);
            using Handle resized = new(Check(vips_thumbnail_image(image, out nint result, newWidth, "height", newHeight, "size", ForceSize, 0), result));
            using Handle uchar = new(Check(vips_cast_uchar(resized, out result, 0), result));
            return Pixels(uchar, 4);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Library) return 0;
        string[] folders = [AppContext.BaseDirectory, Path.GetDirectoryName(assembly.Location) ?? ""];
        string file = folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "libvips-cpp.so*")).FirstOrDefault()
            ?? throw new DllNotFoundException($"libvips-cpp.so is not beside the program in {folders[0]}. Run eng/bootstrap and build again.");
        return NativeLibrary.Load(file);
    }

    private static Handle FromMemory(ReadOnlySpan<byte> pixels, int width, int height, int bands)
    {
        fixed (byte* bytes = pixels)
        {
            using Handle raw = new(vips_image_new_from_memory_copy(bytes, (nuint)pixels.Length, width, height, bands, Uchar));
            return new(Check(vips_copy(raw, out nint image, "interpretation", Srgb, 0), image));
        }
    }

    private static nint Copy(nint image) => Check(vips_copy(image, out nint copy, 0), copy);

    private static byte[] Pixels(nint image, int bands)
    {
        if (vips_image_get_bands(image) != bands) throw new VipsException($"it has {vips_image_get_bands(image)} colour planes.");
        nint memory = vips_image_write_to_memory(image, out nuint size);
        return memory != 0 ? Take(memory, size) : throw new VipsException(TakeError());
    }

    private static byte[] Take(nint memory, nuint size)
    {
        byte[] bytes = new ReadOnlySpan<byte>((void*)memory, checked((int)size)).ToArray();
        g_free(memory);
        return bytes;
    }

    private static nint Check(int result, nint image) => result == 0 ? image : throw new VipsException(TakeError());

    private static string TakeError()
    {
        string text = Marshal.PtrToStringUTF8(vips_error_buffer())?.Trim() ?? "";
        vips_error_clear();
        return text.Length > 0 ? text : "libvips gave no reason.";
    }

    private readonly ref struct Handle(nint image)
    {
        private readonly nint _image = image != 0 ? image : throw new VipsException(TakeError());
        public static implicit operator nint(Handle handle) => handle._image;
        public void Dispose() => g_object_unref(_image);
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial int vips_init(string program);
    [LibraryImport(Library)] private static partial void vips_cache_set_max(int max);
    [LibraryImport(Library)] private static partial nint vips_error_buffer();
    [LibraryImport(Library)] private static partial void vips_error_clear();
    [LibraryImport(Library)] private static partial void g_object_unref(nint item);
    [LibraryImport(Library)] private static partial void g_free(nint memory);
    [LibraryImport(Library)] private static partial int vips_image_get_width(nint image);
    [LibraryImport(Library)] private static partial int vips_image_get_height(nint image);
    [LibraryImport(Library)] private static partial int vips_image_get_bands(nint image);
    [LibraryImport(Library)] private static partial int vips_image_hasalpha(nint image);

    // These take a list of options that ends with a null.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint vips_image_new_from_buffer(byte* buffer, nuint size, string options, nint end);
    [LibraryImport(Library)] private static partial nint vips_image_new_from_memory_copy(byte* data, nuint size, int width, int height, int bands, int format);
    [LibraryImport(Library)] private static partial int vips_colourspace(nint input, out nint output, int space, nint end);
    [LibraryImport(Library)] private static partial int vips_addalpha(nint input, out nint output, nint end);
    [LibraryImport(Library)] private static partial int vips_cast_uchar(nint input, out nint output, nint end);
    [LibraryImport(Library)] private static partial int vips_copy(nint input, out nint output, nint end);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int vips_copy(nint input, out nint output, string option, int value, nint end);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int vips_thumbnail_image(nint input, out nint output, int width, string option1, int value1, string option2, int value2, nint end);
    [LibraryImport(Library)] private static partial nint vips_image_write_to_memory(nint image, out nuint size);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int vips_image_write_to_buffer(nint image, string format, out nint buffer, out nuint size, nint end);
}

internal sealed class VipsException(string message) : Exception(message);
