import Foundation
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikeTraining

@Suite struct MemoryEstimateTests {
    /// By hand: convolutions 9·1·32, 9·32·64 and 9·64·128, the head 128·3·3·10; what they give out for 28 × 28 pixels and
    /// two steps, once for the first: 32·28² + 2·64·14² + 2·128·7², and spikes after pooling, 2·(32·14² + 64·7² + 128·3²).
    @Test func theSmallNetworkByHand() {
        var configuration = TrainingConfiguration()
        configuration.steps = 2
        let estimate = MemoryEstimate(configuration, imageShape: [1, 28, 28], classCount: 10)
        #expect(estimate.parameters == 103_968 && estimate.activity == 83_840)
        #expect(estimate.trainingBytes(batch: 10, precision: .fp32) == 16 * 103_968 + 4 * 838_400)
        #expect(estimate.trainingBytes(batch: 10, precision: .bf16) == 16 * 103_968 + 2 * 838_400)
    }

    private static func configuration(_ change: (inout TrainingConfiguration) -> Void) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.steps, configuration.batch, configuration.epochs) = (3, 16, 1)
        change(&configuration)
        return configuration
    }

    /// Below what a network has and training takes, and not far below what it has.
    @Test(arguments: [
        configuration { $0.encoding = .phase },
        configuration { ($0.encoding, $0.convolution) = (.rate, false) },
        configuration { $0.encoderChannels = 7 },
        configuration { $0.model = "qkformer-3-64" },
        configuration { ($0.model, $0.encoding) = ("qkformer-6-96", .ttfs) },
        configuration { ($0.model, $0.encoding, $0.convolution) = ("qkformer-4-32", .ttfs, false) },
    ]) func fromBelow(configuration: TrainingConfiguration) throws {
        let folder = try TemporaryFolder()
        let halves = try TrainerTests.halves(train: 16, test: 4)
        let estimate = MemoryEstimate(configuration, imageShape: [1, 8, 8], classCount: 2)
        let trainer = try Trainer(configuration, on: halves, seed: 1, folder: folder.path)
        let count = Double(trainer.network.parameterCount)
        #expect(estimate.parameters <= count && estimate.parameters > 0.9 * count, "\(estimate.parameters), \(count)")
        let peak = try Torch.peakMemory { _ = try trainer.run() }
        let least = 4 * estimate.activity * 16
        #expect(least <= Double(peak), "\(least), \(peak)")
    }

    @Test func whatDoesNotFitIsRefused() {
        func problem(_ shape: [Int], device: Device = .cpu, _ change: (inout TrainingConfiguration) -> Void) -> String?
        {
            let configuration = Self.configuration(change)
            return message {
                try configuration.checkMemory(
                    imageShape: shape, classCount: 10, trainCount: 1000, device: device,
                    limit: MemoryLimit(bytes: 16e9))
            }
        }
        #expect(problem([1, 28, 28]) { _ in } == nil)
        // 3 steps of 64 channels at 2048² and more, 16 images: above 16·4·3·64·2048² = 51.5 GB.
        let side = problem([3, 4096, 4096]) { _ in }
        #expect(
            side?.contains("batch 16, steps 3, images of 4096 × 4096 pixels: training small takes at least ") == true)
        #expect(side?.hasSuffix("this machine has 16.0 GB. Lower batch, steps, encoder-channels or side") == true)
        // There are no more images than 1,000.
        #expect(problem([1, 28, 28]) { $0.batch = 1_000_000 } == nil)
        #expect(problem([1, 28, 28]) { ($0.batch, $0.steps) = (1000, 10_000) } != nil)
        // 65,536 channels of 224² pixels in 16 images, and as many inputs of the next layer.
        #expect(problem([1, 224, 224]) { $0.encoderChannels = 65_536 } != nil)
        for model in ["qkformer-3-9223372036854775776", "qkformer-9223372036854775807-64", "qkformer-3-32000"] {
            #expect(
                problem([3, 32, 32]) { $0.model = model }?.contains("parameters, with all that training keeps") == true)
        }
        // Another device's memory is its own.
        #expect(problem([3, 4096, 4096], device: .cuda(index: 0)) { $0.model = "qkformer-3-64" } == nil)
    }
}
