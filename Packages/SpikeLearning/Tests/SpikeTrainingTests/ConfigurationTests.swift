import Foundation
import SpikeTraining
import Testing

@Suite struct ConfigurationTests {
    private func problem(_ yaml: String) -> String {
        #expect(throws: TrainingError.self) { try TrainingConfiguration(yaml: yaml, path: "a.yaml") }?.description ?? ""
    }

    @Test func roundTrip() throws {
        var configuration = TrainingConfiguration()
        configuration.encoding = .ttfs
        configuration.learn = [.neuron, .threshold]
        configuration.learningRate = 0.1 + 0.2
        configuration.dataset = "a: b # no"
        configuration.limitTest = 17
        #expect(try TrainingConfiguration(yaml: configuration.yaml(), path: "a.yaml") == configuration)
    }

    @Test func everySettingIsVisible() throws {
        let names = try TrainingConfiguration().yaml().split(separator: "\n").compactMap { line in
            line.hasPrefix("-") ? nil : line.split(separator: ":").first.map(String.init)
        }
        for name in ["limit-train", "learn", "surrogate", "learning-rate", "mixup-share", "precision", "steps"] {
            #expect(names.contains(name))
        }
    }

    @Test func whatIsNotGivenHasItsDefault() throws {
        for nothing in ["", " \n", "# A comment\n"] {
            #expect(try TrainingConfiguration(yaml: nothing, path: "a.yaml") == TrainingConfiguration())
        }
        let some = try TrainingConfiguration(yaml: "epochs: 7\nencoding: rate\n", path: "a.yaml")
        #expect(some.epochs == 7 && some.encoding == .rate && some.batch == TrainingConfiguration().batch)
    }

    @Test func mistakesAreNamed() {
        #expect(problem("epocs: 3").contains("a.yaml: there is no setting epocs; there are dataset"))
        #expect(problem("epochs: many").contains("a.yaml: epochs: "))
        #expect(problem("encoding: burst").contains("a.yaml: encoding: "))
        #expect(problem("epochs: 0").contains("a.yaml: epochs must be >= 1, got 0"))
        #expect(problem("erasing: 1.5").contains("erasing must be within 0...1, got 1.5"))
        #expect(problem("warm-up-epochs: -5").contains("warm-up-epochs must be >= 0, got -5.0"))
        #expect(problem("learning-rate: -1").contains("learning-rate must be >= 0"))
        #expect(problem("epochs: [").split(separator: "\n").count == 1)
    }

    @Test func whatExcludesEachOther() throws {
        func problem(_ change: (inout TrainingConfiguration) -> Void) -> String {
            var configuration = TrainingConfiguration()
            change(&configuration)
            return #expect(throws: TrainingError.self) { try configuration.check("a.yaml") }?.description ?? ""
        }
        #expect(problem { $0.warmUpEpochs = 5 }.contains("warm-up-epochs must be less than epochs, got 5.0 of 5"))
        #expect(problem { $0.convolution = false }.contains("a.yaml: direct encoding needs the convolution"))
        let narrow = problem {
            $0.encoding = .rate
            $0.convolution = false
            $0.encoderChannels = 3
        }
        #expect(narrow.contains("without one it must be 0, got 3"))
    }

    @Test func oneSettingIsChanged() throws {
        var configuration = TrainingConfiguration()
        try configuration.set("learning-rate=2e-3", origin: "--set")
        try configuration.set("learn=[neuron]", origin: "--set")
        #expect(configuration.learningRate == 2e-3 && configuration.learn == [.neuron])
        for (wrong, expected) in [
            ("epochs", "--set: write name=value"), ("=3", "--set: write name=value"),
            ("epocs=3", "--set: there is no setting epocs"), ("epochs=-1", "--set: epochs must be >= 1, got -1"),
        ] {
            let error = #expect(throws: TrainingError.self) { try configuration.set(wrong, origin: "--set") }
            #expect(error!.description.contains(expected))
        }
    }

    @Test func ablationChangesOnePartAfterTheOther() {
        var base = TrainingConfiguration()
        base.encoding = .ttfs
        base.learn = [.neuron, .threshold]
        let variants = TrainingVariant.ablation(of: base)
        #expect(variants.map(\.name) == ["raw", "lt", "lt-lc", "lt-lc-sg", "three-lc", "three-lc-sg"].map { "ttfs-" + $0 })
        #expect(Set(variants.map(\.configuration)).count == variants.count)
        #expect(variants.allSatisfy { $0.configuration.learn.first == .neuron })
        #expect(variants.map(\.configuration.convolution) == [false, false, true, true, true, true])
        #expect(variants.map(\.configuration.encoderChannels) == [0, 0, 0, 0, 3, 3])
    }

    @Test func resultsOverSeeds() {
        func run(_ accuracies: [Double]) -> [EpochMetrics] {
            accuracies.enumerated().map {
                EpochMetrics(
                    epoch: $0 + 1, trainLoss: 1, trainAccuracy: 0.5, testLoss: 1, testAccuracy: $1, learningRate: 0,
                    seconds: Double($0 + 1))
            }
        }
        let result = VariantResult(name: "rate", runs: [(1, run([0.5, 0.75])), (2, run([0.75, 0.5]))])
        #expect(result.accuracies == [0.75, 0.5] && result.bestAccuracies == [0.75, 0.75] && result.seconds == [2, 2])
        #expect(result.mean == 0.625 && result.bestMean == 0.75)
        #expect(abs(result.standardDeviation! - 0.125 * 2.0.squareRoot()) < 1e-15)
        #expect(VariantResult(name: "rate", runs: [(1, run([0.5]))]).standardDeviation == nil)
    }

    /// The files of `Settings` hold what they are said to, and every setting.
    @Test(arguments: ["cifar10", "cifar100"]) func settingsOfThePaper(dataset: String) throws {
        let root = (0..<5).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let path = root.appending(path: "Settings/\(dataset)-qkformer.yaml").path
        let yaml = try String(contentsOfFile: path, encoding: .utf8)
        let configuration = try TrainingConfiguration(yaml: yaml, path: path)
        try configuration.check(path)
        #expect(configuration.dataset == dataset && configuration.model == "qkformer-3-256")
        #expect(configuration.epochs == 400 && configuration.warmUpEpochs == 20 && configuration.mixup == 0.5)
        #expect(yaml.hasSuffix(try configuration.yaml()))
    }
}
