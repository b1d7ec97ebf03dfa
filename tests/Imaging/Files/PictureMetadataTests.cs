using MLNetStyle.Imaging;
using MLNetStyle.Tests.Pipeline;
using Xunit;

namespace MLNetStyle.Tests.Imaging.Files;

public sealed class PictureMetadataTests
{
    // Make "Ours", orientation 6; a second directory with a thumbnail of four bytes at the end.
    private static byte[] Block(bool little)
    {
        List<byte> block = [.. little ? "II*\0"u8 : "MM\0*"u8];
        Number(8);
        Short(2);
        Entry(0x010F, 2, 5, 38);
        Entry(0x0112, 3, 1, little ? 6u : 6u << 16);
        Number(44);
        block.AddRange("Ours\0\0"u8);
        Short(2);
        Entry(0x0201, 4, 1, 74);
        Entry(0x0202, 4, 1, 4);
        Number(0);
        block.AddRange([0xFF, 0xD8, 0xFF, 0xD9]);
        return [.. block];

        void Short(int value) => block.AddRange(little ? [(byte)value, (byte)(value >> 8)] : [(byte)(value >> 8), (byte)value]);

        void Number(uint value)
        {
            byte[] bytes = [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
            block.AddRange(little ? bytes : bytes.Reverse());
        }

        void Entry(int tag, int type, uint count, uint value)
        {
            Short(tag);
            Short(type);
            Number(count);
            Number(value);
        }
    }

    [Theory]
    [InlineData("a.jpg", "b.jpg")]
    [InlineData("a.jpg", "b.png")]
    [InlineData("a.png", "b.webp")]
    [InlineData("a.webp", "b.jpg")]
    [InlineData("a.webp", "b.webp")]
    public void TheBlockTravelsUprightAndWithoutThumbnail(string from, string to)
    {
        foreach (bool little in (bool[])[true, false])
        {
            using TestFolder folder = new();
            (string source, string target) = (folder.File(from), folder.File(to));
            PlanarImage image = TestRowsPicture();
            PictureFile.Save(image, source);
            PictureFormat format = PictureWriter.FormatOf(from);
            File.WriteAllBytes(source, PictureMetadata.Insert(File.ReadAllBytes(source), format, Block(little)));
            Assert.Equal((5, 9), PictureFile.ReadSize(source)); // orientation 6 counts

            PictureFile.Save(image, target, new PictureWriteOptions { MetadataFrom = source });
            Assert.Equal((9, 5), PictureFile.ReadSize(target));
            byte[] kept = PictureMetadata.Read(target)!;
            Assert.Equal(1, Exif.Orientation(kept));
            Assert.Contains("Ours", System.Text.Encoding.Latin1.GetString(kept));
            Assert.False(kept.AsSpan().IndexOf((byte[])[0xFF, 0xD8, 0xFF, 0xD9]) >= 0);
            PictureFile.Save(image, folder.File("plain" + to));
            Assert.Equal(PictureFile.Read(folder.File("plain" + to)).Samples, PictureFile.Read(target).Samples);
            Assert.Null(PictureMetadata.Read(folder.File("plain" + to)));
        }
    }

    [Fact]
    public void ADamagedBlockIsLeftOut()
    {
        byte[] block = Block(true);
        for (int length = 0; length < block.Length; length++)
        {
            byte[]? cleaned = Exif.Cleaned(block.AsSpan(0, length));
            Assert.True(cleaned is null || cleaned.Length <= length);
        }
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] mutant = [.. block];
            for (int k = 0; k < 3; k++) mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            Exif.Cleaned(mutant);
        }
    }

    private static PlanarImage TestRowsPicture()
    {
        Random random = new(1);
        return new PlanarImage(9, 5, [.. Enumerable.Range(0, 3 * 45).Select(_ => (float)random.Next(256))]);
    }
}
