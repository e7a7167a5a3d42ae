import SpikingLayers
import TorchModules
import TorchTensors

extension QKFormerSize: NetworkSettings {
    public static let names = NetworkNames(
        "qkformer-D-W", meaning: "of depth D and width W",
        bounds: "of a depth D >= 3 and a width W that is a multiple of 32, such as qkformer-3-64")

    public init?(named name: String) {
        guard let size = try? QKFormerSize(name) else { return nil }
        self = size
    }

    public func requirement(imageShape: [Int]) -> String? {
        let least = QKFormer.leastSide
        return imageShape[1] >= least && imageShape[2] >= least
            ? nil : "images must have at least \(least) × \(least) pixels"
    }

    public func network(
        _ site: NetworkSite, random: inout RandomSource
    ) throws(TensorError) -> any ImageNetwork {
        try QKFormer(
            QKFormer.Configuration(
                size: self, classes: site.classCount, steps: site.steps, channels: site.imageShape[0],
                encoding: site.encoding, convolution: site.convolution,
                makeNeuron: QKFormer.dynamics.neuronMaker(learning: site.learnsNeurons)),
            random: &random)
    }

    public func memory(_ site: NetworkSite) -> NetworkMemory {
        let (height, width) = (Double(site.imageShape[1]), Double(site.imageShape[2]))
        let steps = Double(site.steps)
        let (last, middle, first) = (Double(self.width), Double(self.width) / 2, Double(self.width) / 4)
        let full = height * width
        let half = (height / 2).rounded(.up) * (width / 2).rounded(.up)
        let quarter = (height / 4).rounded(.up) * (width / 4).rounded(.up)
        var memory = NetworkMemory()
        /// Adds a convolution and the neurons after it; `kernel` is the number of pixels of a kernel.
        func layer(
            _ inputs: Double, _ outputs: Double, kernel: Double, on pixels: Double, pooledTo fewer: Double? = nil
        ) {
            memory.add(weights: kernel * inputs * outputs, outputs: steps * outputs * (pixels + (fewer ?? pixels)))
        }
        func block(_ width: Double, projections: Int, on pixels: Double) {
            for _ in 0..<projections { layer(width, width, kernel: 1, on: pixels) }
            let hidden = Double(QKFormer.perceptronRatio) * width
            layer(width, hidden, kernel: 1, on: pixels)
            layer(hidden, width, kernel: 1, on: pixels)
        }
        func embedding(_ outputs: Double, from pixels: Double, to fewer: Double) {
            layer(outputs / 2, outputs, kernel: 9, on: pixels)
            layer(outputs, outputs, kernel: 9, on: pixels, pooledTo: fewer)
            layer(outputs / 2, outputs, kernel: 1, on: fewer)
        }
        let front = memory.addInput(site, width: self.width / 8, pixels: full)
        memory.add(weights: 0, outputs: steps * front * full)
        layer(front, first, kernel: 9, on: full)
        layer(front, first, kernel: 1, on: full)
        block(first, projections: 3, on: full)
        embedding(middle, from: full, to: half)
        block(middle, projections: 3, on: half)
        embedding(last, from: half, to: quarter)
        let before = memory
        block(last, projections: 4, on: quarter)
        // All blocks of the last stage need as much as the one that has just been added.
        let blocks = Double(depth) - 3
        memory.add(
            weights: blocks * (memory.parameters - before.parameters),
            outputs: blocks * (memory.activity - before.activity))
        memory.add(weights: last * Double(site.classCount), outputs: 0)
        return memory
    }
}
