import SpikingLayers
import TorchModules
import TorchTensors

/// The settings of `SpikingYOLO`: with neurons, named `spiking-yolov5n`.
public struct SpikingYOLOSettings: NetworkSettings {
    public static let names = NetworkNames("spiking-yolov5n")
    public static let task = NetworkTask.detection

    public init() {}

    public init?(named name: String) {
        guard name == Self.names.pattern else { return nil }
    }

    public var description: String { Self.names.pattern }

    public func requirement(imageShape: [Int]) -> String? { yoloRequirement(imageShape) }

    public func network(_ site: NetworkSite, random: inout RandomSource) throws(TensorError) -> any ImageNetwork {
        try SpikingYOLO(
            SpikingYOLO.Configuration(
                classes: site.classCount, steps: site.steps, channels: site.imageShape[0], encoding: site.encoding,
                convolution: site.convolution,
                makeNeuron: SpikingYOLO.dynamics.neuronMaker(learning: site.learnsNeurons)),
            random: &random)
    }

    public func memory(_ site: NetworkSite) -> NetworkMemory { yoloMemory(site) }
}

/// The settings of the conventional network with SiLU that `SpikingYOLO` is compared with, named `yolov5n`. Of a site, it
/// uses the images and the classes only.
public struct YOLOSettings: NetworkSettings {
    public static let names = NetworkNames("yolov5n", meaning: "without spikes")
    public static let task = NetworkTask.detection
    public static let hasSpikes = false

    public init() {}

    public init?(named name: String) {
        guard name == Self.names.pattern else { return nil }
    }

    public var description: String { Self.names.pattern }

    public func requirement(imageShape: [Int]) -> String? { yoloRequirement(imageShape) }

    public func network(_ site: NetworkSite, random: inout RandomSource) throws(TensorError) -> any ImageNetwork {
        try SpikingYOLO(
            .withoutSpikes(classes: site.classCount, channels: site.imageShape[0]), random: &random)
    }

    public func memory(_ site: NetworkSite) -> NetworkMemory {
        yoloMemory(NetworkSite(imageShape: site.imageShape, classCount: site.classCount, steps: 1))
    }
}

private func yoloRequirement(_ imageShape: [Int]) -> String? {
    let multiple = SpikingYOLO.sideMultiple
    return imageShape[1] % multiple == 0 && imageShape[2] % multiple == 0
        ? nil : "the sides of images must be multiples of \(multiple) pixels"
}

private func yoloMemory(_ site: NetworkSite) -> NetworkMemory {
    let size = Double(site.imageShape[1] * site.imageShape[2])
    let steps = Double(site.steps)
    var memory = NetworkMemory()
    /// Adds a convolution and the neurons after it, on frames that are `reduction` times smaller than images.
    func layer(_ inputs: Int, _ outputs: Int, kernel: Int, _ reduction: Int) {
        let pixels = size / Double(reduction * reduction)
        memory.add(
            weights: Double(kernel * kernel * inputs * outputs), outputs: 2 * steps * Double(outputs) * pixels)
    }
    func block(_ inputs: Int, _ width: Int, depth: Int, _ reduction: Int) {
        for _ in 0..<2 { layer(inputs, width / 2, kernel: 1, reduction) }
        for _ in 0..<depth {
            layer(width / 2, width / 2, kernel: 1, reduction)
            layer(width / 2, width / 2, kernel: 3, reduction)
        }
        layer(width, width, kernel: 1, reduction)
    }
    let images = site.imageShape[0]
    var inputs = site.convolution.channels(images: images, width: SpikingYOLO.stemWidth)
    if case .none = site.convolution {
        memory.add(weights: 0, outputs: steps * Double(inputs) * size)
        inputs = SpikingYOLO.stemWidth
        layer(images, inputs, kernel: 6, 2)
    } else {
        memory.add(
            weights: Double(36 * images * inputs), outputs: (1 + steps) * Double(inputs) * size / 4)
    }
    for (index, width) in YOLOBackbone.widths.enumerated() {
        layer(inputs, width, kernel: 3, 4 << index)
        block(width, width, depth: YOLOBackbone.depths[index], 4 << index)
        inputs = width
    }
    layer(256, 128, kernel: 1, 32)
    layer(512, 256, kernel: 1, 32)
    layer(256, 128, kernel: 1, 32)
    block(256, 128, depth: 1, 16)
    layer(128, 64, kernel: 1, 16)
    block(128, 64, depth: 1, 8)
    layer(64, 64, kernel: 3, 16)
    block(128, 128, depth: 1, 16)
    layer(128, 128, kernel: 3, 32)
    block(256, 256, depth: 1, 32)
    for (width, reduction) in [(64, 8), (128, 16), (256, 32)] {
        let outputs = Double(3 * (5 + site.classCount))
        memory.add(
            weights: Double(width) * outputs, outputs: outputs * size / Double(reduction * reduction))
    }
    return memory
}
