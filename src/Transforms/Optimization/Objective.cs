namespace MLNetStyle.Stylization;

/// <summary>A function to be minimised: its value at a point, and its gradient there.</summary>
/// <param name="point">The point.</param>
/// <param name="gradient">Receives the gradient; as long as the point.</param>
/// <returns>The value. Infinity or not-a-number says that the function is not defined there.</returns>
public delegate double Objective(ReadOnlySpan<float> point, Span<float> gradient);
