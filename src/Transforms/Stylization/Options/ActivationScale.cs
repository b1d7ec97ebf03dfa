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
    /// A VGG-19 whose every filter was rescaled to a mean activation of 1, as Gatys, Ecker and Bethge's own; here every layer is, as
    /// measured on
    /// <see cref="ActivationReference"/>.
    /// </summary>
    UnitMean,
}
