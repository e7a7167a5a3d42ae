/// One of several training configurations that are compared with each other.
public struct TrainingVariant: Sendable, Hashable {
    /// The name of the variant, such as `phase` or `ttfs-lt-lc`. The names of its runs' folders begin with it.
    public let name: String
    /// The settings of the variant.
    public let configuration: TrainingConfiguration

    /// Creates a variant.
    public init(name: String, configuration: TrainingConfiguration) {
        self.name = name
        self.configuration = configuration
    }

    /// Returns one variant per encoding, with all other settings from `base`. With direct encoding, `surrogate` is set
    /// to true, because there is no encoder that could be without a surrogate gradient.
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

    /// Returns variants that show the effect of each part of the encoder: learnable thresholds (LT), the learned
    /// convolution in front of the encoder (LC), and the surrogate gradient (SG) through its spikes. The parts are
    /// added one after the other; two more variants have a convolution of three channels.
    ///
    /// Thresholds and the convolution learn only through the surrogate gradient. The variant `lt` therefore has it too,
    /// and in variants without it the convolution keeps its random initial weights. Source: our reading of arXiv
    /// 2512.01687, section 4.
    ///
    /// - Parameter base: All other settings of the variants.
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
