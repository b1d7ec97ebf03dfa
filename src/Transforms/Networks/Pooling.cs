namespace MLNetStyle.Networks;

/// <summary>How a network brings its feature maps down to half their height and width between blocks.</summary>
public enum Pooling
{
    /// <summary>The largest of each 2 x 2 window, as VGG was trained.</summary>
    Max,

    /// <summary>The mean of each 2 x 2 window; Gatys et al. 2016 ("Image Style Transfer Using Convolutional Neural Networks", section 2) prefer it.</summary>
    Average,
}
