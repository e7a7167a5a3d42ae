import SpikingLayers
import TorchModules
import TorchTensors

/// The settings that distinguish a network from others of its kind, such as depth and width. A name determines all of
/// them.
///
/// To add a kind of networks, conform a type to this protocol and list it in `Networks.kinds`.
public protocol NetworkSettings: Sendable, CustomStringConvertible {
    /// The pattern of the names of this kind.
    static var names: NetworkNames { get }

    /// The task of networks of this kind: classification unless stated otherwise.
    static var task: NetworkTask { get }

    /// Whether networks of this kind have neurons and encoders, so that the site's steps, encoding, convolution and
    /// learned neurons matter: true unless stated otherwise.
    static var hasSpikes: Bool { get }

    /// Creates the settings that a name determines, such as the `description` of settings. Returns nil if the name is
    /// not of this kind.
    init?(named name: String)

    /// Returns the requirement that images of a shape do not meet, such as `images must have at least 4 × 4 pixels`;
    /// nil if the network takes them.
    ///
    /// - Parameter imageShape: The shape of an image, [C, H, W], in pixels.
    func requirement(imageShape: [Int]) -> String?

    /// Creates a network with random first weights. The images of the site must meet the requirement.
    ///
    /// - Parameters:
    ///   - site: The images, classes, steps and layers for which the network is made.
    ///   - random: The random numbers of the first weights; all other first values are the same for every seed.
    /// - Throws: `TensorError` if the network cannot be created.
    func network(_ site: NetworkSite, random: inout RandomSource) throws(TensorError) -> any ImageNetwork

    /// Returns a lower bound of the memory that a network for the site needs.
    func memory(_ site: NetworkSite) -> NetworkMemory
}

extension NetworkSettings {
    public static var task: NetworkTask { .classification }
    public static var hasSpikes: Bool { true }
}

/// The task of a network, which decides on the form of its output.
public enum NetworkTask: String, Sendable, Hashable, CaseIterable {
    /// To find the class of an image; networks are `ImageClassifier`.
    case classification

    /// To find the objects in an image; networks are `ObjectDetector`.
    case detection
}

/// The pattern of the names of a kind of networks, as help and messages describe it.
public struct NetworkNames: Sendable {
    /// The pattern, such as `qkformer-D-W`, in which capital letters stand for numbers.
    public let pattern: String
    /// The meaning of the letters, such as `of depth D and width W`; empty if there are no letters.
    public let meaning: String
    /// The allowed values of the letters, such as `of a depth D >= 3, such as qkformer-3-64`; empty if there are no
    /// letters.
    public let bounds: String

    init(_ pattern: String, meaning: String = "", bounds: String = "") {
        self.pattern = pattern
        self.meaning = meaning
        self.bounds = bounds
    }
}

/// The images, the classes and the layers for which a network is made.
public struct NetworkSite: Sendable {
    /// The shape of an image, [C, H, W], in pixels.
    public var imageShape: [Int]
    /// The number of classes.
    public var classCount: Int
    /// The number of time steps T.
    public var steps: Int
    /// How the network turns images, or the output of its first convolution, into spikes.
    public var encoding: InputEncoding
    /// The layer between the images and the encoder.
    public var convolution: InputConvolution
    /// Whether the network learns decays and input weights of its neurons.
    public var learnsNeurons: Bool

    /// Creates a description; the properties of the same names describe the parameters.
    public init(
        imageShape: [Int], classCount: Int, steps: Int = 4, encoding: InputEncoding = .direct,
        convolution: InputConvolution = .full, learnsNeurons: Bool = false
    ) {
        self.imageShape = imageShape
        self.classCount = classCount
        self.steps = steps
        self.encoding = encoding
        self.convolution = convolution
        self.learnsNeurons = learnsNeurons
    }
}

/// A lower bound of the memory that a network needs: its weights, and the outputs of all convolutions and layers of
/// neurons for an image. Counts are floating-point numbers, because a name may ask for more than any memory holds.
public struct NetworkMemory: Sendable, Hashable {
    /// The number of values that training changes.
    public var parameters = 0.0
    /// The number of values that convolutions and neurons output for one image.
    public var activity = 0.0

    /// Creates counts that are all 0.
    public init() {}

    mutating func add(weights: Double, outputs: Double) {
        parameters += weights
        activity += outputs
    }

    /// Adds the memory of the layer between the images and the encoder.
    ///
    /// - Parameters:
    ///   - site: The images and the layers for which the network is made.
    ///   - width: The number of channels that the convolution of the network has by default.
    ///   - pixels: The number of pixels of an image.
    /// - Returns: The number of channels that the encoder receives.
    mutating func addInput(_ site: NetworkSite, width: Int, pixels: Double) -> Double {
        let encoded = Double(site.convolution.channels(images: site.imageShape[0], width: width))
        if site.convolution != .none {
            add(weights: 9 * Double(site.imageShape[0]) * encoded, outputs: encoded * pixels)
        }
        return encoded
    }
}

/// The networks for images, which can be found by their names.
public enum Networks {
    /// The kinds of networks, in the order in which help lists them.
    public static let kinds: [any NetworkSettings.Type] = [
        SpikingConvNetSettings.self, QKFormerSize.self, SpikingYOLOSettings.self, YOLOSettings.self,
    ]

    /// Returns the settings of the network of a name, or nil if there is no such network.
    ///
    /// - Parameters:
    ///   - name: The name, such as `qkformer-3-64`.
    ///   - task: The task of the network; nil for any.
    public static func named(_ name: String, for task: NetworkTask? = nil) -> (any NetworkSettings)? {
        for kind in kinds where task == nil || kind.task == task {
            if let settings = kind.init(named: name) { return settings }
        }
        return nil
    }

    /// The names of all networks of a task and their meaning, such as `small, or qkformer-D-W of depth D and width W`.
    public static func help(for task: NetworkTask) -> String { list(task, \.meaning) }

    /// The names of all networks of a task and their bounds, such as `small, or qkformer-D-W of a depth D >= 3 …, such
    /// as qkformer-3-64`.
    public static func allowed(for task: NetworkTask) -> String { list(task, \.bounds) }

    private static func list(_ task: NetworkTask, _ words: (NetworkNames) -> String) -> String {
        kinds.filter { $0.task == task }
            .map { [$0.names.pattern, words($0.names)].filter { !$0.isEmpty }.joined(separator: " ") }
            .joined(separator: ", or ")
    }
}
