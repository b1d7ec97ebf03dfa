using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>What input a network saw, and so how large its activations were, where absolute weights were found by trying.</summary>
public enum ActivationScale
{
    /// <summary>The weights are meant for the network in hand: they are taken as they are.</summary>
    Network,

    /// <summary>
    /// Pixels 0..1 less ImageNet's mean, divided by its standard deviation, as torchvision's models take them: values of about 1.
    /// </summary>
    Torchvision,

    /// <summary>Pixels 0..255 less ImageNet's mean, as the Oxford group's own VGG networks take them: values of about 60.</summary>
    Oxford,

    /// <summary>
    /// The network rescaled so that the mean activation of every filter is 1, as Gatys, Ecker and Bethge 2016, section 2, rescale VGG-19.
    /// The means are those on <see cref="ActivationReference"/>; ImageNet's in the paper. Networks of an .onnx file of another kind are
    /// taken as they are.
    /// </summary>
    UnitMean,
}
