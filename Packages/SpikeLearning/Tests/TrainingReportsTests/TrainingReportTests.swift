import Foundation
import SpikeDatasets
import SpikeTraining
import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@testable import TrainingReports

@Suite(.leavesNothing) struct TrainingReportTests {
    /// Images of 8 × 8 pixels: class 0 is bright above, class 1 below.
    private static func halves(channels: Int = 1, classNames: [String] = ["above", "below"]) throws -> ImageDataset {
        func split(_ count: Int, _ seed: UInt64) throws -> ImageSplit {
            let noise = try Tensor.integers([count, channels, 8, 8], in: 0..<100, from: RandomStream(seed: seed))
            let labels = try Tensor((0..<count).map { $0 % 2 })
            let rows = try (Tensor.arange(8) >= 4).to(.int64).reshaped(1, 1, 8, 1)
            let isBright = try (rows .== labels.reshaped(count, 1, 1, 1)).to(.int64)
            return try ImageSplit(images: (noise + isBright * 120.0).to(.uint8), labels: labels)
        }
        return try ImageDataset(name: "halves", classNames: classNames, train: split(32, 1), test: split(10, 2))
    }

    private static func configuration(
        _ encoding: TrainingConfiguration.Encoding = .phase, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.epochs, configuration.batch, configuration.steps) = (2, 16, 3)
        configuration.encoding = encoding
        change(&configuration)
        return configuration
    }

    /// Trains; the folder is named as the program names it.
    private func train(
        _ name: String, _ configuration: TrainingConfiguration, _ dataset: ImageDataset, seed: UInt64 = 1,
        in folder: TemporaryFolder
    ) throws -> String {
        let path = folder.file("\(name)-seed-\(seed)")
        let trainer = try Trainer(configuration, on: dataset, seed: seed, folder: path)
        try RunEnvironment(program: "SpikeKit 0.0 (test)", device: .cpu).write(to: path)
        _ = try trainer.run()
        return path
    }

    private func html(_ report: TrainingReport) -> String {
        report.report(program: "SpikeKit 0.0", date: "2026-01-02", command: "spike train --encoding all").html
    }

    @Test func showsAllThereIsOfEachVariant() throws {
        let folder = try TemporaryFolder()
        let dataset = try Self.halves()
        let variants = try TrainingConfiguration.Encoding.allCases.map { encoding in
            try ReportedVariant(
                name: encoding.rawValue,
                folders: [1, 2].map {
                    try train(encoding.rawValue, Self.configuration(encoding), dataset, seed: $0, in: folder)
                })
        }
        let page = html(try TrainingReport(variants, dataset: dataset))
        #expect(page.contains("phase: it makes only 4 updates of the weights (2 epochs of 2 batches)"))
        for text in [
            "Training on halves", "4 variants, 2 seeds each", "Accuracy", "Loss",
            "Accuracy against estimated energy", "An image over time", "The first test image (above)",
            "Direct encoding has no encoder", "What was taken for what", "SpikeKit 0.0 (test)", Torch.version,
            "ttfs, seed 2: the whole run", "learning-rate", "single seeds",
        ] {
            // Not in one, as a failure would print the page.
            let isThere = page.contains(text)
            #expect(isThere, "\(text)")
        }
        func count(_ text: String) -> Int { page.components(separatedBy: text).count - 1 }
        // Direct encoding has none; each title stands in the image twice.
        #expect(count("<title>Thresholds over time</title>") == 3)
        #expect(count("<title>What training changed</title>") == 3)
        #expect(count("<title>Codes in use</title>") == 4)
        #expect(count("<title>Spikes of the image by channel</title>") == 4)
        #expect(count("<title>What was taken for what</title>") == 4)
        #expect(count("data:image/png") == 1)
        #expect(page.contains("±"))
        // The only setting that differs has a column.
        #expect(page.contains("<th scope=\"col\">encoding</th></tr>"))
    }

    @Test func figuresAreThoseOfTheRuns() throws {
        let folder = try TemporaryFolder()
        let dataset = try Self.halves()
        let path = try train("phase", Self.configuration(), dataset, in: folder)
        let variant = try ReportedVariant(name: "phase", folders: [path])
        let report = try TrainingReport([variant], dataset: dataset)
        let analysis = try #require(report.variants[0].analysis)
        let run = try TrainedRun(folder: path)
        let network = try run.network()
        #expect(analysis.parameterCount == network.parameterCount)
        #expect(analysis.initialThresholds == [1, 0.5, 0.25])
        #expect(analysis.thresholds?.count == 3 && analysis.thresholds?[0].count == 32)
        let images = try dataset.test.images.to(.float32) / 255
        let spikes = try withoutGradient { try network.encode(images) }
        let codes = try #require(analysis.codes)
        // A mean of 15,360 numbers in float32.
        #expect(try abs(SpikePatterns(codes).spikeRate - spikes.mean().item()) < 1e-5)
        #expect(try analysis.example.spikes[1][7] == spikes[1][0][7].contiguous().elements(as: Float.self))
        #expect(analysis.energy.imageCount == 10)
        for channel in 0..<32 { #expect(codes.counts(of: channel).values.reduce(0, +) == 10 * 16) }
        #expect(report.example?.image.pixels == (try dataset.test.images[0].contiguous().elements(as: UInt8.self)))
    }

    @Test func withoutADatasetTheResultsRemain() throws {
        let folder = try TemporaryFolder()
        let path = try train("rate", Self.configuration(.rate), Self.halves(), in: folder)
        let page = html(try TrainingReport([ReportedVariant(name: "rate", folders: [path])], dataset: nil))
        #expect(page.contains("Accuracy") && page.contains("What was taken for what"))
        #expect(!page.contains("An image over time") && !page.contains("Codes in use"))
    }

    @Test func manyStepsAreCutShort() throws {
        let folder = try TemporaryFolder()
        let dataset = try Self.halves()
        let configuration = Self.configuration {
            ($0.steps, $0.epochs) = (64, 1)
        }
        let path = try train("phase", configuration, dataset, in: folder)
        let page = html(try TrainingReport([ReportedVariant(name: "phase", folders: [path])], dataset: dataset))
        #expect(page.contains("The first 8 steps.") && !page.contains("Codes in use"))
    }

    @Test func whatDoesNotLearnIsSaid() throws {
        let folder = try TemporaryFolder()
        let dataset = try Self.halves(channels: 3)
        let frozen = try train("lc", Self.configuration(.ttfs) { $0.surrogate = false }, dataset, in: folder)
        let raw = try train("raw", Self.configuration(.ttfs) { $0.convolution = false }, dataset, in: folder)
        let page = html(
            try TrainingReport(
                [ReportedVariant(name: "lc", folders: [frozen]), ReportedVariant(name: "raw", folders: [raw])],
                dataset: dataset))
        #expect(page.contains("lc kept the convolution in front as it was drawn at random"))
        #expect(page.contains("The encoder sees the pixels themselves") && page.contains("They are as they were"))
        #expect(page.contains("<th scope=\"col\">convolution</th><th scope=\"col\">surrogate</th></tr>"))
    }

    @Test func manyClassesHaveATableOfMistakes() throws {
        let folder = try TemporaryFolder()
        let names = (0..<30).map { "class \($0)" }
        let dataset = try Self.halves(classNames: names)
        let path = try train("phase", Self.configuration { $0.learningRate = 0 }, dataset, in: folder)
        let page = html(try TrainingReport([ReportedVariant(name: "phase", folders: [path])], dataset: dataset))
        #expect(page.contains("most frequent mistakes among 30 classes"))
        #expect(!page.contains("What was taken for what"))
    }

    @Test func variantsAreFoundInFolders() throws {
        let folder = try TemporaryFolder()
        let dataset = try Self.halves()
        for seed in [1, 2] as [UInt64] { _ = try train("phase", Self.configuration(), dataset, seed: seed, in: folder) }
        let other = Self.configuration { $0.steps = 2 }
        let single = try train("phase", other, dataset, seed: 9, in: folder)
        let variants = try ReportedVariant.read([folder.path])
        #expect(variants.map(\.name) == ["phase", "phase (2)"])
        #expect(variants.map(\.result.seeds) == [[1, 2], [9]])
        #expect(try ReportedVariant.read([single]).map(\.name) == ["phase"])
        let error = #expect(throws: TrainingError.self) { try ReportedVariant.read([folder.file("nothing")]) }
        #expect(error?.description.contains("there is no run in it") == true)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let folder = try TemporaryFolder()
        let dataset = try Self.halves()
        let first = try train("phase", Self.configuration(), dataset, in: folder)
        let second = try train("rate", Self.configuration(.rate), dataset, in: folder)
        let mixed = #expect(throws: TrainingError.self) { try ReportedVariant(name: "x", folders: [first, second]) }
        #expect(mixed?.description.contains("its settings are not those of") == true)
        let variant = try ReportedVariant(name: "phase", folders: [first])
        let wrong = #expect(throws: TrainingError.self) {
            try TrainingReport([variant], dataset: Self.halves(classNames: ["left", "right"]))
        }
        #expect(wrong?.description.contains("is something else; name its folder by --data") == true)
    }
}

@Suite struct SpikePatternsTests {
    @Test func mostFrequentFirst() throws {
        // Two channels of two neurons, three steps.
        let spikes = try Tensor([0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0] as [Float], shape: [3, 1, 2, 2])
        var codes = CodesInUse(steps: 3, channels: 2)
        try codes.add(spikes)
        let patterns = SpikePatterns(codes).patterns
        #expect(patterns.map(\.text) == ["010", "000", "101"])
        #expect(patterns.map(\.share) == [0.5, 0.25, 0.25])
        #expect(SpikePatterns(codes).spikeRate == 4.0 / 12)
        #expect(patterns.map(\.shares) == [[1, 0], [0, 0.5], [0, 0.5]])
    }
}
