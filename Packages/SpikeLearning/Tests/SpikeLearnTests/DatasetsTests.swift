import Foundation
import SpikeDatasets
import TestSupport
import Testing

@Suite struct DatasetsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Empty files are found, too; they are read by others.
    /// Writes the four files, each with a header that announces no elements.
    private func makeMNIST(_ name: String) throws {
        for file in ["train-images", "train-labels", "t10k-images", "t10k-labels"] {
            let kind = file.hasSuffix("images") ? "idx3" : "idx1"
            let lengths: [UInt8] = kind == "idx3" ? [0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28] : [0, 0, 0, 0]
            try folder.file("\(name)/\(file)-\(kind)-ubyte", [0, 0, 8, kind == "idx3" ? 3 : 1] + lengths)
        }
    }

    private func list(_ arguments: String...) throws -> [[String: Any]] {
        let (status, output, errors) = try run(["datasets"] + arguments + ["--json"])
        #expect(status == 0, "\(errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
    }

    @Test func whatIsThereIsFound() throws {
        try makeMNIST("mnist")
        let entries = try list("--data", folder.path)
        #expect(entries.map { $0["name"] as? String } == KnownDataset.names)
        let mnist = try #require(entries.first { $0["name"] as? String == "mnist" })
        #expect(mnist["path"] as? String == folder.file("mnist") && mnist["source"] as? String == "given folder")
        let cifar = try #require(entries.first { $0["name"] as? String == "cifar10" })
        #expect(cifar["path"] == nil && (cifar["problem"] as? String)?.contains("CIFAR-10 is not in it") == true)
        #expect(cifar["downloadBytes"] as? Int == 170_052_171)

        #expect(cifar["kind"] as? String == "image" && cifar["shape"] as? [Int] == [3, 32, 32])
        #expect(
            cifar["classes"] as? Int == 10 && cifar["train"] as? Int == 50_000 && cifar["test"] as? Int == 10_000)

        let text = try run("datasets", "--data", folder.path).output
        #expect(text.split(separator: "\n").count == 2 + KnownDataset.all.count)
        #expect(text.contains(#/CIFAR-100 +32×32, colour +not here/#), "\(text)")
        #expect(text.contains(#/MNIST-1D +1 channel, 40 samples +computed +computed/#), "\(text)")

        let speech = try #require(entries.first { $0["name"] as? String == "speech-commands" })
        #expect(speech["kind"] as? String == "recording" && speech["shape"] as? [Int] == [1, 16_000])
        #expect(speech["samplingRate"] as? Double == 16_000)
        let spikes = try #require(entries.first { $0["name"] as? String == "shd" })
        #expect(spikes["kind"] as? String == "spikes" && spikes["shape"] as? [Int] == [700])
        #expect(spikes["downloadBytes"] == nil)
        #expect(text.contains("\(folder.file("mnist")) (given folder)"), "\(text)")
    }

    @Test func theGuideListsThem() throws {
        let guide = URL(filePath: #filePath).appending(path: "../../../../../Guides/Datasets.md").standardized
        let text = try String(contentsOf: guide, encoding: .utf8)
        for dataset in KnownDataset.all {
            let row = dataset.guideRow
            #expect(text.contains("\n\(row)\n"), "Guides/Datasets.md needs the row\n\(row)")
            #expect(text.contains("`\(dataset.name)`"), "Guides/Datasets.md does not name the folder \(dataset.name)")
        }
    }

    @Test func whatIsInTheCacheIsNotFetched() throws {
        try makeMNIST("spikekit/data/mnist")
        let (status, output, errors) = try run(
            ["datasets", "fetch", "mnist"],
            environment: ["XDG_CACHE_HOME": folder.path, "SPIKEKIT_DATA": "", "HOME": folder.path])
        #expect(status == 0, "\(errors)")
        #expect(output == "MNIST: already in \(folder.file("spikekit/data/mnist")) (cache)\n")
    }

    @Test func damagedFilesInTheCacheAreNamed() throws {
        try makeMNIST("spikekit/data/mnist")
        try folder.file("spikekit/data/mnist/t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 5, 1, 2])
        let environment = ["XDG_CACHE_HOME": folder.path, "SPIKEKIT_DATA": "", "HOME": folder.path]
        let problem = "t10k-labels-idx1-ubyte was cut short or damaged"
        let (status, _, errors) = try run(["datasets", "fetch", "mnist"], environment: environment)
        #expect(status == 1 && errors.contains("but incomplete: \(problem); remove it"), "\(errors)")
        let (_, output, _) = try run(["datasets"], environment: environment)
        #expect(output.contains("incomplete: \(problem)"), "\(output)")
    }

    @Test func whatIsComputedIsNotFetched() throws {
        let (status, output, errors) = try run("datasets", "fetch", "mnist-1d")
        #expect(status == 0, "\(errors)")
        #expect(output == "MNIST-1D: is computed when it is used, so there is nothing to fetch\n")
    }

    @Test(arguments: [
        (["datasets", "fetch", "letters"], "there are cifar10, cifar100, mnist, mnist-5k, fashion-mnist, shd, ssc"),
        (["datasets", "fetch"], "Missing expected argument"), (["datasets", "--colour"], "--colour"),
    ]) func mistakesAreOneLine(arguments: [String], message: String) throws {
        let (status, output, errors) = try run(arguments)
        #expect(status != 0 && output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }
}

extension KnownDataset {
    /// Its row in the guide's table.
    fileprivate var guideRow: String {
        let cells = [
            "`\(name)`", title, sampleText, "\(Self.grouped(trainCount)), \(Self.grouped(testCount))", "\(classCount)",
            downloadText,
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    /// Such as `60,000`.
    private static func grouped(_ count: Int) -> String {
        count < 1000 ? "\(count)" : "\(count / 1000)," + String("\(1000 + count % 1000)".dropFirst())
    }
}
