import SpikingLayers
import TorchModules
import TorchTensors

/// The settings of `SpikingConvNet`, which has the name `small` and nothing to choose.
public struct SpikingConvNetSettings: NetworkSettings {
    public static let names = NetworkNames("small")

    public init() {}

    public init?(named name: String) {
        guard name == Self.names.pattern else { return nil }
    }

    public var description: String { Self.names.pattern }

    public func requirement(imageShape: [Int]) -> String? {
        let least = SpikingConvNet.leastSide
        return imageShape[1] == imageShape[2] && imageShape[1] >= least
            ? nil : "images must be square, of at least \(least) × \(least) pixels"
    }

    public func network(
        _ site: NetworkSite, random: inout RandomSource
    ) throws(TensorError) -> any ImageNetwork {
        try SpikingConvNet(
            SpikingConvNet.Configuration(
                side: site.imageShape[1], classes: site.classCount, steps: site.steps, channels: site.imageShape[0],
                encoding: site.encoding, convolution: site.convolution,
                makeNeuron: SpikingConvNet.dynamics.neuronMaker(learning: site.learnsNeurons)),
            random: &random)
    }

    public func memory(_ site: NetworkSite) -> NetworkMemory {
        func pixels(halved times: Int) -> Double {
            let side = Double(site.imageShape[1] >> times)
            return side * side
        }
        let steps = Double(site.steps)
        let widths = SpikingConvNet.widths.map(Double.init)
        var memory = NetworkMemory()
        var inputs = memory.addInput(site, width: SpikingConvNet.widths[0], pixels: pixels(halved: 0))
        memory.add(weights: 0, outputs: steps * inputs * pixels(halved: 1))
        for (index, width) in widths.enumerated().dropFirst() {
            memory.add(
                weights: 9 * inputs * width,
                outputs: steps * width * (pixels(halved: index) + pixels(halved: index + 1)))
            inputs = width
        }
        memory.add(weights: inputs * pixels(halved: 3) * Double(site.classCount), outputs: 0)
        return memory
    }
}
