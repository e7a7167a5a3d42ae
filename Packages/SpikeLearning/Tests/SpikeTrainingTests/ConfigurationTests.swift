import Foundation
import SpikeTraining
import TestSupport
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
        configuration.dataset = "folder"
        configuration.limitTest = 17
        #expect(try TrainingConfiguration(yaml: configuration.yaml(), path: "a.yaml") == configuration)
    }

    @Test(arguments: ["images", "/a: b # no", "it's \"mine\"\n", "Bilder/Äpfel 🍎", " - x", "null", "010", "~"])
    func seedAndDataFolderRoundTrip(data: String) throws {
        let settings = RunSettings(TrainingConfiguration(), seed: .max, data: data)
        #expect(try RunSettings(yaml: settings.yaml(), path: "a.yaml") == settings)
        #expect(try TrainingConfiguration(yaml: settings.yaml(), path: "a.yaml") == settings.configuration)
    }

    @Test(arguments: [("true", true), ("Yes", true), ("on", true), ("false", false), ("no", false), ("OFF", false)])
    func wordsForTruth(_ word: String, _ isTrue: Bool) throws {
        let read = try TrainingConfiguration(yaml: "flip: \(word)\nconvolution: \(word)", path: "a.yaml")
        #expect(read.flip == isTrue && read.convolution == isTrue)
    }

    @Test func whatIsLearnedHasOneOrder() throws {
        var (one, other) = (TrainingConfiguration(), TrainingConfiguration())
        one.learn = [.neuron, .decay, .threshold]
        other.learn = [.threshold, .neuron, .decay]
        #expect(one == other && one.learn == [.threshold, .decay, .neuron])
        #expect(try TrainingConfiguration(yaml: "learn: [neuron, threshold, decay]", path: "a.yaml") == one)
        let json = Data(#"{"learn":["neuron","threshold","decay"]}"#.utf8)
        #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: json) == one)
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

    @Test(arguments: [
        ("epocs: 3", "a.yaml, line 1: there is no setting epocs; did you mean epochs?"),
        ("learn_rate: 3", "a.yaml, line 1: there is no setting learn_rate; did you mean learning-rate?"),
        ("zzz: 3", "a.yaml, line 1: there is no setting zzz; there are accumulate, batch, "),
        ("batch: 3\nepochs: many", "a.yaml, line 2: epochs must be a whole number within 1...1000000, got many"),
        ("encoding: burst", "a.yaml, line 1: encoding must be one of direct, rate, phase, ttfs, got burst"),
        ("epochs: 0", "a.yaml, line 1: epochs must be a whole number within 1...1000000, got 0"),
        ("epochs:", "a.yaml, line 1: epochs has no value"), ("epochs: null", "epochs has no value"),
        ("epochs: ''", "got an empty text"), ("dataset:", "dataset has no value; it must be one of cifar10"),
        ("learn:", "learn has no value; it must be a list"), ("seed:", "seed must be a whole number"),
        ("data:", "data must be a folder"), ("data: []", "data must be a folder"),
        ("batch: 010", "batch must be a whole number within 1...1000000; 010 may be meant as octal"),
        ("weight-decay: 00.5", "00.5 may be meant as octal"), ("seed: 007", "got 007"),
        ("batch: 0x10", "got 0x10"), ("batch: 0o10", "got 0o10"), ("batch: 1_000", "got 1_000"),
        ("batch: 1:30", "got 1:30"), ("batch: 16.0", "got 16.0"), ("batch: 1e300", "got 1e300"),
        ("batch: 9223372036854775808", "got 9223372036854775808"), ("batch: -1", "got -1"),
        ("batch: [1]", "got a list"),
        ("batch: {a: 1}", "got a list or another structure"), ("batch: 2000000", "within 1...1000000, got 2000000"),
        ("learning-rate: 1e400", "learning-rate must be a number >= 0, got 1e400"),
        ("learning-rate: .inf", "got .inf"), ("learning-rate: .nan", "got .nan"), ("learning-rate: 0x1p3", "got 0x1p3"),
        ("learning-rate: -1", "learning-rate must be a number >= 0, got -1"),
        ("erasing: 1.5", "erasing must be a number within 0...1, got 1.5"),
        ("warm-up-epochs: -5", "warm-up-epochs must be a number within 0...1000000, got -5"),
        ("flip: maybe", "flip must be true or false, got maybe"), ("flip: 1", "got 1"),
        ("learn: threshold", "learn must be a list of any of threshold, decay, neuron"),
        ("learn: [weights]", "got [weights]"), ("learn: [decay, decay]", "learn names decay twice"),
        ("dataset: letters", "dataset must be one of"), ("model: big", "model must be small, or qkformer-D-W"),
        ("model: qkformer-2-64", "got qkformer-2-64"), ("side: 4097", "side must be a whole number within 1...4096"),
        ("seed: -1", "seed must be a whole number within 0...18446744073709551615, got -1"),
        ("seed: 18446744073709551616", "got 18446744073709551616"),
        ("epochs: 3\nbatch: 4\nepochs: 5", "a.yaml, line 3: epochs is there twice; keep one of them"),
        ("epochs: [", "is not YAML"), ("epochs: 3: 4", "a.yaml, line 1: is not YAML"), ("\"x", "is not YAML"),
        ("a: 1\n---\nb: 2", "is not YAML"), ("text", "settings are lines such as epochs: 5"),
        ("- epochs", "settings are lines such as epochs: 5"), ("? [1]\n: 2", "a setting begins with its name"),
        ("epochs: \"\\u0007\"", "got \u{FFFD}"), ("\u{1}", "is not YAML"),
        (String(repeating: "[", count: 100_000), "is not YAML"),
    ]) func mistakesAreNamed(yaml: String, message: String) {
        let problem = problem(yaml)
        #expect(problem.contains(message), "\(problem)")
        #expect(!problem.contains { $0.isNewline } && problem.count < 600)
    }

    /// Whatever is written, there are settings, or one line.
    @Test func anyTextIsSettingsOrOneLine() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let whole = Array(try RunSettings(TrainingConfiguration(), seed: 7, data: "images").yaml().utf8)
        let pieces = [
            "1e300", "-", ":", "[", "null", "\n", "9223372036854775807", "\t", "&a", "*a", "!!int", "\"", "{", "é",
        ]
        for number in 0..<2000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<7, using: &random)
                case 1:
                    bytes.removeSubrange(place..<min(place + Int.random(in: 1..<30, using: &random), bytes.count - 1))
                case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: place)
                default: bytes.insert(contentsOf: whole.suffix(Int.random(in: 1..<100, using: &random)), at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let problem = message({ try RunSettings(yaml: text, path: "a").configuration.check("a") }) else {
                continue
            }
            #expect(problem.hasPrefix("a"), "seed \(seed), text \(number)")
            #expect(!problem.contains { $0.isNewline }, "seed \(seed), text \(number)")
        }
    }

    @Test func filesThatAreNoSettings() throws {
        let folder = try TemporaryFolder()
        try folder.file("latin.yaml", Array("data: \"".utf8) + [0xE9] + Array("\"\n".utf8))
        try folder.file("large.yaml", [UInt8](repeating: UInt8(ascii: " "), count: 1_000_001))
        for (name, expected) in [
            ("latin.yaml", "is not text in UTF-8"), ("large.yaml", "holds 1000001 bytes"),
            ("none.yaml", "cannot be read"),
            ("", "cannot be read"),
        ] {
            #expect(message { _ = try RunSettings(file: folder.file(name)) }?.contains(expected) == true, "\(name)")
        }
    }

    @Test func whatChangesNothing() {
        func reason(_ setting: String, _ change: (inout TrainingConfiguration) -> Void) -> String? {
            var configuration = TrainingConfiguration()
            configuration.encoding = .rate
            change(&configuration)
            return configuration.reasonWithoutEffect(setting)
        }
        #expect(reason("side") { _ in } != nil && reason("side") { $0.dataset = "folder" } == nil)
        #expect(reason("mixup-share") { _ in } != nil && reason("mixup-share") { $0.mixup = 1 } == nil)
        #expect(
            reason("mixup") { ($0.mixup, $0.mixupShare) = (1, 0) } != nil && reason("mixup") { $0.mixup = 1 } == nil)
        #expect(reason("learn") { _ in } == nil && reason("learn") { $0.learn = [] } == nil)
        #expect(reason("learn") { $0.encoding = .direct } != nil)
        #expect(reason("learn") { ($0.encoding, $0.learn) = (.direct, [.neuron]) } == nil)
        #expect(reason("learn") { ($0.encoding, $0.learn) = (.direct, [.neuron, .decay]) } != nil)
        #expect(reason("learn") { ($0.encoding, $0.learn) = (.direct, []) } != nil)
        #expect(reason("learn") { $0.surrogate = false } != nil)
        #expect(reason("learn") { ($0.surrogate, $0.learn) = (false, [.neuron]) } == nil)
        #expect(reason("learn") { $0.steps = 1 } != nil)
        #expect(reason("learn") { ($0.steps, $0.learn) = (1, [.threshold]) } == nil)
        #expect(reason("encoder-channels") { $0.convolution = false } != nil)
        #expect(reason("encoder-channels") { _ in } == nil && reason("epochs") { _ in } == nil)
    }

    @Test func whatExcludesEachOther() throws {
        func problem(_ change: (inout TrainingConfiguration) -> Void) -> String {
            var configuration = TrainingConfiguration()
            change(&configuration)
            return #expect(throws: TrainingError.self) { try configuration.check("a.yaml") }?.description ?? ""
        }
        #expect(problem { $0.warmUpEpochs = 5 }.contains("warm-up-epochs must be less than epochs, got 5.0 of 5"))
        #expect(problem { $0.convolution = false }.contains("a.yaml: direct encoding needs the convolution"))
        #expect(problem { $0.surrogate = false }.contains("changes nothing with direct encoding"))
        #expect(problem { $0.epochs = .max }.contains("epochs must be a whole number within 1...1000000"))
        #expect(problem { $0.learningRate = .nan }.contains("learning-rate must be a number >= 0, got nan"))
        let narrow = problem {
            $0.encoding = .rate
            $0.convolution = false
            $0.encoderChannels = 3
        }
        #expect(narrow.contains("without one it must be 0, got 3"))
    }

    @Test func oneSettingIsChanged() throws {
        var settings = RunSettings()
        try settings.set("learning-rate=2e-3", origin: "--set")
        try settings.set("learn=[neuron]", origin: "--set")
        try settings.set("seed=4", origin: "--set")
        try settings.set("data=a=b", origin: "--set")
        #expect(settings.configuration.learningRate == 2e-3 && settings.configuration.learn == [.neuron])
        #expect(settings.seed == 4 && settings.data == "a=b")
        for (wrong, expected) in [
            ("epochs", "--set: write name=value"), ("=3", "--set: write name=value"),
            ("epocs=3", "--set: there is no setting epocs; did you mean epochs?"),
            ("epochs=-1", "--set: epochs must be a whole number within 1...1000000, got -1"),
            ("epochs=3\nbatch: 4", "--set: write name=value"), ("batch=010", "--set: batch must be"),
            ("epochs=[", "--set, line"),
        ] {
            let error = #expect(throws: TrainingError.self) { try settings.set(wrong, origin: "--set") }
            #expect(error!.description.contains(expected), "\(error!)")
        }
    }

    @Test func ablationChangesOnePartAfterTheOther() {
        var base = TrainingConfiguration()
        base.encoding = .ttfs
        base.learn = [.neuron, .threshold]
        let variants = TrainingVariant.ablation(of: base)
        #expect(
            variants.map(\.name) == ["raw", "lt", "lt-lc", "lt-lc-sg", "three-lc", "three-lc-sg"].map { "ttfs-" + $0 })
        #expect(Set(variants.map(\.configuration)).count == variants.count)
        #expect(variants.allSatisfy { $0.configuration.learn.contains(.neuron) })
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
        #expect(
            result.accuracies == [0.75, 0.5] && result.bestAccuracies == [0.75, 0.75] && result.seconds == [2, 2])
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
