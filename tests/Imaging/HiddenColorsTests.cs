using MLNetStyle.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public class HiddenColorsTests
{
    [Fact]
    public void WhatIsWhollyTransparentTakesTheColoursAroundIt()
    {
        PlanarImage image = new(9, 5);
        byte[] alpha = new byte[45];
        for (int i = 0; i < alpha.Length; i++)
        {
            bool shown = i % 9 is 0 or 8;
            alpha[i] = shown ? (byte)255 : (byte)0;
            (image.Plane(0)[i], image.Plane(1)[i], image.Plane(2)[i]) = i % 9 == 0 ? (200, 0, 0) : i % 9 == 8 ? (0, 0, 200) : (0, 255, 0);
        }
        PlanarImage filled = HiddenColors.Replaced(image, alpha);
        Assert.All(filled.Plane(1).ToArray(), v => Assert.Equal(0, v)); // none of the hidden green
        for (int i = 0; i < alpha.Length; i++)
        {
            Assert.Equal(200, filled.Plane(0)[i] + filled.Plane(2)[i], 0.01);
            if (alpha[i] == 255) Assert.Equal(image.Plane(0)[i], filled.Plane(0)[i]);
        }
        Assert.Equal(200, filled.Plane(0)[1]);
        Assert.Equal(255, image.Plane(1)[1]); // the picture itself is as it was
    }

    [Fact]
    public void OpaqueAndWhollyTransparentPicturesStayAsTheyAre()
    {
        PlanarImage image = new(2, 2);
        Assert.Same(image, HiddenColors.Replaced(image, null));
        Assert.Same(image, HiddenColors.Replaced(image, [255, 255, 1, 255]));
        Assert.Same(image, HiddenColors.Replaced(image, [0, 0, 0, 0]));
    }
}
