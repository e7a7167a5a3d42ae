import Foundation
import SpikeDatasets
import TestSupport
import Testing

@Suite struct DatasetsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Empty files are found, too; they are read by others.
    private func makeMNIST(_ name: String) throws {
        for file in ["train-images", "train-labels", "t10k-images", "t10k-labels"] {
            let kind = file.hasSuffix("images") ? "idx3" : "idx1"
            try folder.file("\(name)/\(file)-\(kind)-ubyte", [])
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
        #expect(entries.map { $0["name"] as? String } == KnownDataset.allCases.map(\.rawValue))
        let mnist = try #require(entries.first { $0["name"] as? String == "mnist" })
        #expect(mnist["path"] as? String == folder.file("mnist") && mnist["source"] as? String == "given folder")
        let cifar = try #require(entries.first { $0["name"] as? String == "cifar10" })
        #expect(cifar["path"] == nil && (cifar["problem"] as? String)?.contains("CIFAR-10 is not in it") == true)
        #expect(cifar["downloadBytes"] as? Int == 170_052_171)

        let text = try run("datasets", "--data", folder.path).output
        #expect(text.split(separator: "\n").count == 2 + KnownDataset.allCases.count)
        #expect(text.contains("CIFAR-100      not here"), "\(text)")
        #expect(text.contains("\(folder.file("mnist")) (given folder)"), "\(text)")
    }

    @Test func whatIsInTheCacheIsNotFetched() throws {
        try makeMNIST("spikekit/data/mnist")
        let (status, output, errors) = try run(
            ["datasets", "fetch", "mnist"],
            environment: ["XDG_CACHE_HOME": folder.path, "SPIKEKIT_DATA": "", "HOME": folder.path])
        #expect(status == 0, "\(errors)")
        #expect(output == "MNIST: already in \(folder.file("spikekit/data/mnist")) (cache)\n")
    }

    @Test(arguments: [
        (["datasets", "fetch", "letters"], "there are cifar10, cifar100, mnist, mnist-5k, fashion-mnist; got letters"),
        (["datasets", "fetch"], "Missing expected argument"), (["datasets", "--colour"], "--colour"),
    ]) func mistakesAreOneLine(arguments: [String], message: String) throws {
        let (status, output, errors) = try run(arguments)
        #expect(status != 0 && output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }
}
