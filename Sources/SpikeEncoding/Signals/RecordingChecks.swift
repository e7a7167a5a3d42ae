// Checks of the properties that recordings, observations, encodings and streams share. Readers of files check the same
// properties before, and throw errors instead of trapping.

/// Traps unless the sampling rate is unknown, or finite and above 0.
func checkSamplingRate(_ rate: Double?, of type: StaticString) {
    guard let rate else { return }
    precondition(rate.isFinite && rate > 0, "\(type): samplingRate must be finite and > 0, got \(rate)")
}

/// Traps unless the start is finite.
func checkStartTime(_ time: Double, of type: StaticString) {
    precondition(time.isFinite, "\(type): startTime must be finite, got \(time)")
}

/// Traps unless there is one name per channel, or none at all.
func checkNames(_ names: [String], channelCount: Int, of type: StaticString) {
    precondition(
        names.isEmpty || names.count == channelCount, "\(type): \(names.count) names for \(channelCount) channels")
}
