import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingModels

@Suite("Spiking YOLOv5n", .leavesNothing)
struct SpikingYOLOTests {
    static func encoder(_ code: TemporalCode) -> InputEncoding {
        .encoder { (site) throws(TensorError) in
            try TemporalEncoder(TemporalEncoding(code), channels: site.channels, steps: site.steps)
        }
    }

    static func network(_ change: (inout SpikingYOLO.Configuration) -> Void = { _ in }) throws -> SpikingYOLO {
        var random = RandomSource(seed: 5)
        var configuration = SpikingYOLO.Configuration(classes: 20)
        change(&configuration)
        return try SpikingYOLO(configuration, random: &random)
    }

    @Test("numbers of parameters")
    func parameters() throws {
        #expect(try Self.network().parameterCount == 1_790_977)
        #expect(try Self.network { $0 = .withoutSpikes(classes: 20) }.parameterCount == 1_790_977)
        // 3 anchors · 60 classes more · (64 + 128 + 256 weights + 3 biases).
        #expect(try Self.network { $0.classes = 80 }.parameterCount == 1_790_977 + 180 * 451)
        // θ0 and β of 16 channels.
        #expect(try Self.network { $0.encoding = Self.encoder(.phase) }.parameterCount == 1_790_977 + 32)
        // λ and w of 4 steps and of the 4,752 channels of all neurons.
        let learning = try Self.network { $0.makeNeuron = SpikingYOLO.dynamics.neuronMaker(learning: true) }
        #expect(learning.parameterCount == 1_790_977 + 2 * 4 * 4752)
        // Without normalisation, a bias takes the place of its scale and shift.
        let folded = try Self.network { $0.normalizes = false }
        #expect(folded.parameterCount == 1_790_977 - 4752)
    }

    static let codes: [TemporalCode?] = [nil, .rate, .phase, .timeToFirstSpike]

    @Test(
        "shapes, spikes and gradients with every encoding", arguments: codes,
        [InputConvolution.full, .channels(5), .none])
    func encodings(code: TemporalCode?, convolution: InputConvolution) throws {
        // Direct encoding of pixels is refused by the settings of runs; neurons take them all the same.
        let network = try Self.network {
            $0.classes = 3
            $0.steps = 2
            $0.encoding = code.map(Self.encoder) ?? .direct
            $0.convolution = convolution
        }
        var numbers = TestRandom()
        let images = try numbers.uniform([2, 3, 64, 96])
        let spikes = try network.encode(images)
        switch convolution {
        case .full: #expect(spikes.shape == [2, 2, 16, 32, 48])
        case .channels(let count): #expect(spikes.shape == [2, 2, count, 32, 48])
        case .none: #expect(spikes.shape == [2, 2, 3, 64, 96])
        }
        let output = try network(images)
        // 3 anchors on 8 × 12, 4 × 6 and 2 × 3 cells.
        #expect(
            output.shape == [2, 3 * (96 + 24 + 6), 8] && output.shape[1] == network.grid(height: 64, width: 96).count)
        #expect(try output.isFinite().all())
        try output.squared().sum().backward()
        let silent = try network.namedParameters().filter { _, parameter in
            try parameter.tensor.gradient.map { try !$0.isFinite().all() } ?? true
        }.map(\.name)
        #expect(silent.isEmpty, "\(silent) seed \(numbers.seed)")
        network.observingSpikesIsBinary(images, "\(numbers.seed)")
    }

    @Test("numbers of the predictions follow scale, anchor, row and column")
    func grid() throws {
        let grid = try Self.network().grid(height: 64, width: 96)
        #expect(grid.scales.map(\.stride) == [8, 16, 32] && grid.scales.map(\.first) == [0, 288, 360])
        #expect(grid.scales.map(\.range) == [0..<288, 288..<360, 360..<378] && grid.count == 378)
        #expect(grid.scales[1].rows == 4 && grid.scales[1].columns == 6)
        #expect(grid.scales[1].index(anchor: 2, row: 3, column: 5) == 288 + 2 * 24 + 3 * 6 + 5)
        #expect(grid.scales[2].anchors[2] == Anchor(width: 373, height: 326))

        // A weight of the middle scale's head reaches exactly the predictions of its anchor.
        let network = try Self.network { $0.classes = 1 }
        let images = try Tensor.zeros([1, 3, 64, 96])
        network.evaluate()
        let before = try network(images).elements(as: Float.self)
        try withoutGradient {
            try network.head.scales[1].bias! += Tensor((0..<18).map { Float($0 == 2 * 6 + 4 ? 1 : 0) })
        }
        let after = try network(images).elements(as: Float.self)
        let changed = before.indices.filter { before[$0] != after[$0] }
        #expect(changed == (0..<24).map { (288 + 2 * 24 + $0) * 6 + 4 })
    }

    @Test("the head averages over time")
    func head() throws {
        let network = try Self.network { $0.classes = 2 }
        network.evaluate()
        var numbers = TestRandom()
        let images = try numbers.uniform([2, 3, 32, 32])
        // The average of the outputs of single steps, each with the head alone.
        let spikes = try network.encode(images)
        let maps = try network.neck(network.backbone(spikes))
        let steps = try (0..<4).map { step in
            try network.head(
                FeaturePyramid(
                    eighth: maps.eighth[step..<step + 1], sixteenth: maps.sixteenth[step..<step + 1],
                    thirtySecond: maps.thirtySecond[step..<step + 1]))
        }
        let mean = try Tensor.stacked(steps).mean(0)
        #expect(try network(images).allClose(mean, relative: 1e-4, absolute: 1e-5), "seed \(numbers.seed)")
        // Before training: 8 objects per 640 × 640 pixels, 1 / 3 for each of two classes.
        let bias = try network.head.scales[0].bias!.sigmoid().elements(as: Float.self)
        #expect(abs(bias[4] - 8 / 6400) < 1e-6 && abs(bias[5] - 1 / 3) < 1e-6 && bias[0] == 0.5)
    }

    @Test("the same without batch normalisation", arguments: [true, false])
    func folding(hasSpikes: Bool) throws {
        var numbers = TestRandom()
        let network = try Self.network {
            $0 = hasSpikes ? .init(classes: 2, encoding: Self.encoder(.phase)) : .withoutSpikes(classes: 2)
        }
        for _ in 0..<3 { _ = try network(numbers.uniform([4, 3, 64, 64])) }
        network.evaluate()
        let folded = try network.foldingBatchNorm()
        let images = try numbers.uniform([2, 3, 64, 64])
        let (expected, actual) = try withoutGradient { (try network(images), try folded(images)) }
        // Spikes at the threshold may change by rounding, and others after them.
        let difference = try (expected - actual).absolute().mean().item()
        #expect(difference < (hasSpikes ? 0.01 : 1e-5), "\(difference), seed \(numbers.seed)")
    }

    @Test("the conventional network has no spikes")
    func withoutSpikes() throws {
        let network = try Self.network { $0 = .withoutSpikes(classes: 4) }
        var numbers = TestRandom()
        let images = try numbers.uniform([1, 3, 64, 64])
        var seen = 0
        let output = try network.observingSpikes { (_, _) throws(TensorError) in
            seen += 1
        } during: {
            try network(images)
        }
        #expect(seen == 0 && output.shape == [1, 252, 9])
        // Everything is multiplied, once.
        var meter = SynapseMeter()
        _ = try meter.logits(of: images, network)
        let estimate = try #require(meter.estimate)
        #expect(estimate.accumulates == 0 && estimate.layers.allSatisfy { $0.passes == 1 })
        #expect(estimate.layers.count == 60)
        #expect(abs(estimate.energy / estimate.energyWithoutSpikesOnce - 1) < 1e-12)
    }

    @Test("images that do not fit", arguments: [[3, 64, 64], [1, 3, 64, 48], [1, 1, 64, 64], [3, 1, 3, 64, 64]])
    func wrongImages(shape: [Int]) throws {
        let error = try #require(throws: TensorError.self) { try Self.network()(Tensor.zeros(shape)) }
        #expect(
            error.description
                == "SpikingYOLO: images are [B, 3, H, W] or over time [4, B, 3, H, W], of floating point with H and W "
                + "multiples of 32; got float32 \(shape)")
    }

    @Test("images over time give what repeated images give")
    func overTime() throws {
        let network = try Self.network { $0.classes = 1 }
        network.evaluate()
        var numbers = TestRandom()
        let images = try numbers.uniform([1, 3, 32, 32])
        let (once, repeated) = (try network(images), try network(images.repeatedOverTime(4)))
        #expect(try once.allClose(repeated, relative: 1e-4, absolute: 1e-4), "seed \(numbers.seed)")
    }
}

extension SpikingYOLO {
    /// Expects that encoder and neurons give 0 and 1 only.
    fileprivate func observingSpikesIsBinary(_ images: Tensor, _ seed: String) {
        do {
            _ = try observingSpikes { (name, spikes) throws(TensorError) in
                let isBinary = try (spikes .== 0).or(spikes .== 1).all()
                #expect(isBinary, "\(name), seed \(seed)")
            } during: {
                try self(images)
            }
        } catch {
            Issue.record("\(error)")
        }
    }
}
