namespace MLNetStyle.Stylization;

/// <summary>How long a phase of a run took.</summary>
/// <param name="Phase">"style", "content", "session", or a stage's size, for example "256 x 171".</param>
/// <param name="Seconds">Its seconds.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct PhaseTime(string Phase, double Seconds);
