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
        #expect(try TrainingConfiguration(yaml: "", path: "a.yaml") == TrainingConfiguration())
        let some = try TrainingConfiguration(yaml: "epochs: 7\nencoding: rate\n", path: "a.yaml")
        #expect(some.epochs == 7 && some.encoding == .rate && some.batch == TrainingConfiguration().batch)
    }

    @Test func mistakesAreNamed() {
        #expect(problem("epocs: 3").contains("a.yaml: there is no setting epocs; there are dataset"))
        #expect(problem("epochs: many").contains("a.yaml: epochs: "))
        #expect(problem("encoding: burst").contains("a.yaml: encoding: "))
        #expect(problem("epochs: 0").contains("a.yaml: epochs must be >= 1, got 0"))
        #expect(problem("erasing: 1.5").contains("erasing must be within 0...1, got 1.5"))
        #expect(problem("warm-up-epochs: 5").contains("warm-up-epochs must be >= 0 and less than epochs"))
        #expect(problem("learning-rate: -1").contains("learning-rate must be >= 0"))
        #expect(problem("convolution: false").contains("convolution must be true with direct encoding"))
        #expect(
            problem("{encoding: rate, convolution: false, encoder-channels: 3}")
                .contains("encoder-channels must be 0 without a convolution"))
        #expect(problem("epochs: [").split(separator: "\n").count == 1)
    }
}
