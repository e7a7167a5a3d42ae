import SpikeKernels

/// What the interface is told and tells about one row of samples: eight numbers of Float32.
///
/// Encoding fills in the minimum, maximum and first sample; decoding reads them.
struct Row {
    /// The parameters of the codec that can differ between channels, in the order of its description.
    var parameters: (Float, Float, Float)
    /// The range of the row, for codecs that scale by it.
    var minimum: Float
    var maximum: Float
    /// The value from which decoding starts.
    var initialValue: Float
    /// The recording's 0 in the unit of the samples, which are differences from an offset if it is not 0.
    var zero: Float
    /// Not 0 if the call is to end soon. Another thread may set it during the call.
    var stop: Float

    var scale: UnitScale { UnitScale(minimum: minimum, maximum: maximum) }
}

/// The choices of a call, one bit each.
struct Flags {
    let bits: Int32

    /// Whether spikes go only up.
    var isUnipolar: Bool { bits & 1 != 0 }
    /// Whether the codec does what the Python package `spike-encoding` does.
    var isReference: Bool { bits & 2 != 0 }
    /// Whether the first sample is compared with 0.
    var startsFromZero: Bool { bits & 4 != 0 }
    /// Whether the rows come with their ranges.
    var hasRanges: Bool { bits & 8 != 0 }
    /// Whether rates become random spikes.
    var isPoisson: Bool { bits & 16 != 0 }

    var down: Int8 { isUnipolar ? 0 : -1 }
    var variant: Variant { isReference ? .reference : .standard }
}
