import SpikingModels
import TestSupport
import Testing

@testable import SpikeTraining

struct DetectionConfigurationTests {
    private func message(_ yaml: String) -> String {
        #expect(throws: TrainingError.self) {
            try DetectionConfiguration(yaml: yaml, path: "a.yaml").check("a.yaml")
        }?.description ?? ""
    }

    @Test func settingsAreWrittenAsTheyAreRead() throws {
        var configuration = DetectionConfiguration()
        configuration.dataset = "voc"
        configuration.mosaic = 0.25
        configuration.encoding = .ttfs
        configuration.learn = [.neuron, .threshold]
        configuration.updateBatch = 16
        (configuration.averaging, configuration.averagingWarmUp) = (0.9, 50)
        configuration.testEvery = 10
        let file = SettingsFile(configuration, seed: 7, data: "images")
        #expect(try SettingsFile<DetectionConfiguration>(yaml: file.yaml(), path: "a.yaml") == file)
        #expect(try DetectionConfiguration(yaml: "", path: "a.yaml") == DetectionConfiguration())
        // One line for each setting, in the order of their declaration.
        let names = try DetectionConfiguration().yaml().split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(names.map(String.init) == DetectionConfiguration.names)
    }

    @Test(arguments: [
        ("side: 100", "side must be a multiple of 32, got 100; take 96 or 128"),
        ("side: 16", "side must be a whole number within 32...4096, got 16"),
        ("scale: 1", "scale must be less than 1"), ("momentum: 1", "momentum must be less than 1"),
        ("dataset: mnist", "dataset must be one of voc, yolo, coco, shapes, got mnist"),
        ("model: small", "model must be spiking-yolov5n, or yolov5n, got small"),
        ("mixup: 0.5", "there is no setting mixup"), ("epochs: 3", "warm-up-epochs must be less than epochs"),
        ("box-loss: 0\nobjectness-loss: 0\nclass-loss: 0", "so that nothing is learned"),
        ("convolution: false", "direct encoding needs the convolution"),
        ("flip: 1.5", "flip must be a number within 0...1, got 1.5"),
        ("learning-rate: -1", "learning-rate must be a number >= 0"),
    ]) func wrongSettingsAreNamed(yaml: String, expected: String) {
        #expect(message(yaml).contains(expected), "\(message(yaml))")
    }

    @Test func aClassifiersSettingsHaveNoDetectors() {
        let problem = #expect(throws: TrainingError.self) {
            try TrainingConfiguration(yaml: "model: yolov5n", path: "a.yaml")
        }?.description
        #expect(problem?.contains("model must be small, or qkformer-D-W") == true)
    }

    @Test func settingsWithoutEffectAreNamed() {
        var configuration = DetectionConfiguration()
        #expect(configuration.reasonWithoutEffect("steps") == nil)
        #expect(configuration.reasonWithoutEffect("surrogate") == "direct encoding has no encoder")
        configuration.model = "yolov5n"
        for name in ["encoding", "steps", "convolution", "encoder-channels", "learn", "surrogate"] {
            #expect(configuration.reasonWithoutEffect(name) == "yolov5n has no spikes")
        }
        #expect(configuration.reasonWithoutEffect("batch") == nil)
    }

    @Test func memoryIsEstimated() throws {
        var configuration = DetectionConfiguration()
        let estimate = MemoryEstimate(configuration, imageShape: [3, 320, 320], classCount: 20)
        let network = try configuration.makeNetwork(classCount: 20, seed: 0)
        #expect(0.99 * Double(network.parameterCount) < estimate.parameters)
        #expect(estimate.parameters <= Double(network.parameterCount))
        configuration.model = "yolov5n"
        let plain = MemoryEstimate(configuration, imageShape: [3, 320, 320], classCount: 20)
        #expect(plain.activity < estimate.activity / 3.5)
    }
}
