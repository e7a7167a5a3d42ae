import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining
@testable import TrainingReports

/// Runs whose folders are damaged in every way that can be thought of, and then reported on, evaluated, analyzed, used or
/// taken up: never a trap, never a file that is half written, always one line.
///
/// `SPIKEKIT_FUZZ_CASES` and `SPIKEKIT_FUZZ_SEED` in the environment make more cases, and the same ones again.
@Suite struct RunFolderFuzzTests {
    private enum Action: CaseIterable {
        case report, evaluate, codes, energy, predict, train
    }

    private struct Donor {
        let folder: String
        let configuration: TrainingConfiguration
        let seed: UInt64
        let dataset: ImageDataset
    }

    private static let files = RunPaths("").all.map { String($0.dropFirst()) }
    private let folder: TemporaryFolder
    private let donors: [Donor]

    init() throws {
        folder = try TemporaryFolder()
        let grey = try Self.halves(channels: 1, classNames: ["above", "below"])
        let colour = try Self.halves(channels: 3, classNames: ["a", "b", "c"])
        let choices:
            [(name: String, dataset: ImageDataset, isFinished: Bool, change: (inout TrainingConfiguration) -> Void)] =
                [
                    ("phase", grey, true, { $0.encoding = .phase }), ("direct", grey, true, { _ in }),
                    ("colour", colour, true, { $0.encoding = .ttfs }),
                    ("transformer", grey, true, { ($0.model, $0.encoding) = ("qkformer-3-32", .rate) }),
                    ("begun", grey, false, { $0.encoding = .phase }),
                ]
        var donors: [Donor] = []
        for (index, choice) in choices.enumerated() {
            var configuration = TrainingConfiguration()
            (configuration.epochs, configuration.batch, configuration.steps) = (2, 8, 2)
            choice.change(&configuration)
            let donor = Donor(
                folder: folder.file(choice.name), configuration: configuration, seed: UInt64(index),
                dataset: choice.dataset)
            donors.append(donor)
            let trainer = try Trainer(
                configuration, on: donor.dataset, seed: donor.seed, folder: donor.folder, checkpointInterval: 0)
            try RunEnvironment(program: "test", device: .cpu).write(to: donor.folder)
            var batches = 0
            trainer.isAskedToStop = {
                batches += 1
                return !choice.isFinished && batches == 7
            }
            do { _ = try trainer.run() } catch is Trainer.Stopped {}
        }
        self.donors = donors
    }

    private static func halves(channels: Int, classNames: [String]) throws -> ImageDataset {
        func split(_ count: Int, _ seed: UInt64) throws -> ImageSplit {
            let images = try Tensor.integers([count, channels, 8, 8], in: 0..<256, from: RandomStream(seed: seed))
            return try ImageSplit(
                images: images.to(.uint8), labels: Tensor((0..<count).map { $0 % classNames.count }))
        }
        return try ImageDataset(
            name: "noise \(channels)", classNames: classNames, train: split(24, 1), test: split(9, 2))
    }

    @Test func anyDamageIsOneLine() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["SPIKEKIT_FUZZ_CASES"].flatMap(Int.init) ?? 120
        let seed = environment["SPIKEKIT_FUZZ_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000)
        print("damaged runs: seed \(seed), \(count) cases")
        var outcomes: [String: Int] = [:]
        for number in 0..<count {
            // Each case by itself, so that it can be repeated.
            var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
            let donor = donors.randomElement(using: &random)!
            let run = folder.file("case")
            try? FileManager.default.removeItem(atPath: run)
            try FileManager.default.copyItem(atPath: donor.folder, toPath: run)
            let damages = (0..<(Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1)).map { _ in damage(run, &random) }
            let action = Action.allCases.randomElement(using: &random)!
            let what =
                "seed \(seed), case \(number): \((donor.folder as NSString).lastPathComponent), \(damages), \(action)"
            if count > 1000 { FileHandle.standardError.write(Data("\(what)\n".utf8)) }
            let before = contents(run)
            let problem = message { try perform(action, donor, run) }
            outcomes[problem == nil ? "right" : "refused", default: 0] += 1
            if let problem {
                #expect(problem.contains(run), "\(what): \(problem)")
                #expect(!problem.contains { $0.isNewline } && problem.count < 1000, "\(what): \(problem)")
                for raw in ["Error Domain", "DecodingError", "keyNotFound", "Optional(", "Context(", "c10"] {
                    #expect(!problem.contains(raw), "\(what): \(problem)")
                }
            } else if action == .train {
                #expect(message { _ = try TrainedRun(folder: run).network() } == nil, "\(what)")
            }
            try expectWholeFiles(run, before, what)
        }
        print("damaged runs: \(outcomes)")
    }

    /// - Returns: What was done.
    private func damage(_ run: String, _ random: inout SplitMix64) -> String {
        let name = Self.files.randomElement(using: &random)!
        let path = "\(run)/\(name)"
        var bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
        func put(_ bytes: [UInt8]) {
            try? FileManager.default.removeItem(atPath: path)
            _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
        }
        /// Of tensors' files, mostly in their header.
        func place() -> Int {
            let isHeader = Int.random(in: 0..<4, using: &random) > 0
            return Int.random(in: 0..<min(bytes.count, isHeader ? 6000 : .max), using: &random)
        }
        let kind = Int.random(in: 0..<9, using: &random)
        switch kind {
        case 0: try? FileManager.default.removeItem(atPath: path)
        case 1: put([])
        case 2 where !bytes.isEmpty: put(Array(bytes.prefix(place())))
        case 3 where !bytes.isEmpty:
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[place()] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            put(bytes)
        case 4:
            let other = donors.randomElement(using: &random)!
            put(FileManager.default.contents(atPath: "\(other.folder)/\(name)").map { [UInt8]($0) } ?? [])
            return "\(name) of \((other.folder as NSString).lastPathComponent)"
        case 5:
            let other = Self.files.randomElement(using: &random)!
            put(FileManager.default.contents(atPath: "\(run)/\(other)").map { [UInt8]($0) } ?? [])
            return "\(other) as \(name)"
        case 6:
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case 7 where bytes.count > 20:
            // Another number, where there is one.
            let start = place()
            guard let first = bytes[start...].firstIndex(where: { (48...57).contains($0) }) else { break }
            let end = bytes[first...].firstIndex { !(48...57).contains($0) } ?? bytes.count
            let number = ["-1", "0", "1e300", "9223372036854775807", "null", "99", "1.5", "NaN", "-0"].randomElement(
                using: &random)!
            bytes.replaceSubrange(first..<end, with: number.utf8)
            put(bytes)
        default:
            put((0..<Int.random(in: 1..<2000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        return "\(name), damage \(kind)"
    }

    private func perform(_ action: Action, _ donor: Donor, _ run: String) throws {
        switch action {
        case .report:
            let variants = try ReportedVariant.read([run])
            let report = try TrainingReport(variants, dataset: donor.dataset)
            #expect(report.report(program: "test", date: "2026-01-02").html.hasSuffix("</html>\n"))
        case .train:
            let trainer = try Trainer(
                donor.configuration, on: donor.dataset, seed: donor.seed, folder: run, checkpointInterval: 0)
            _ = try trainer.run()
        case .evaluate, .codes, .energy, .predict:
            let finished = try TrainedRun(folder: run)
            let images = try finished.testImages(of: donor.dataset)
            switch action {
            case .evaluate: _ = try finished.evaluate(on: images, shuffles: Shuffles(count: 1))
            case .codes: _ = try finished.codesInUse(on: images).channels
            case .energy: _ = try finished.energyEstimate(on: images).energy
            default: _ = try finished.logits(finished.network(), of: images.batch(0, epoch: 0).images)
            }
        }
    }

    private func contents(_ run: String) -> [String: Data] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run)) ?? []
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                FileManager.default.contents(atPath: "\(run)/\(name)").map { (name, $0) }
            })
    }

    /// What a command wrote is whole, and nothing temporary stays.
    private func expectWholeFiles(_ run: String, _ before: [String: Data], _ what: String) throws {
        for (name, data) in contents(run) where before[name] != data {
            #expect(!name.hasPrefix("."), "\(what): \(name)")
            let path = "\(run)/\(name)"
            let problem = message {
                switch (name as NSString).pathExtension {
                case "safetensors": _ = try Safetensors.read(path)
                case "yaml": _ = try RunSettings(file: path)
                case "json", "jsonl":
                    for line in data.split(separator: UInt8(ascii: "\n")) {
                        _ = try JSONSerialization.jsonObject(with: line)
                    }
                default: break
                }
            }
            #expect(problem == nil, "\(what): \(name): \(problem ?? "")")
        }
    }
}
