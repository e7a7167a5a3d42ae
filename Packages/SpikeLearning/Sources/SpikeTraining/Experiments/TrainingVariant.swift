/// One of several ways of training that are compared with each other.
public struct TrainingVariant: Sendable, Hashable {
    /// Such as `phase`, or `ttfs-lt-lc`; the first part of its runs' folders.
    public let name: String
    public let configuration: TrainingConfiguration

    public init(name: String, configuration: TrainingConfiguration) {
        self.name = name
        self.configuration = configuration
    }

    /// One for each encoding, with what else `base` says. Direct encoding has no encoder that could go without a surrogate
    /// gradient.
    public static func encodings(
        _ encodings: [TrainingConfiguration.Encoding], _ base: TrainingConfiguration
    ) -> [TrainingVariant] {
        encodings.map { encoding in
            var configuration = base
            configuration.encoding = encoding
            if encoding == .direct { configuration.surrogate = true }
            return TrainingVariant(name: encoding.rawValue, configuration: configuration)
        }
    }

    /// What the encoder's parts are worth: learnable thresholds (LT), the learned convolution in front (LC) and the
    /// surrogate gradient (SG) through its spikes, one added after the other; then a convolution of three channels.
    ///
    /// Thresholds and convolution learn through the surrogate gradient alone. So LT has it too, and without it the
    /// convolution (LC) stays as it was drawn at random. Source: our reading of arXiv 2512.01687, section 4.
    public static func ablation(of base: TrainingConfiguration) -> [TrainingVariant] {
        func variant(
            _ name: String, learnsThresholds: Bool, convolution: Bool, surrogate: Bool, channels: Int = 0
        ) -> TrainingVariant {
            var configuration = base
            configuration.learn = base.learn.filter { $0 == .neuron } + (learnsThresholds ? [.threshold, .decay] : [])
            configuration.convolution = convolution
            configuration.surrogate = surrogate
            configuration.encoderChannels = channels
            return TrainingVariant(name: "\(base.encoding.rawValue)-\(name)", configuration: configuration)
        }
        return [
            variant("raw", learnsThresholds: false, convolution: false, surrogate: false),
            variant("lt", learnsThresholds: true, convolution: false, surrogate: true),
            variant("lt-lc", learnsThresholds: true, convolution: true, surrogate: false),
            variant("lt-lc-sg", learnsThresholds: true, convolution: true, surrogate: true),
            variant("three-lc", learnsThresholds: false, convolution: true, surrogate: false, channels: 3),
            variant("three-lc-sg", learnsThresholds: false, convolution: true, surrogate: true, channels: 3),
        ]
    }
}
