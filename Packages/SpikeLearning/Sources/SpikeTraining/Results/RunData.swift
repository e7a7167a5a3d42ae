import Foundation
import SpikeDatasets

/// The images that a run was trained and tested on: `data.json` in its folder.
public struct RunData: Codable, Sendable, Hashable {
    /// Of all images, as `ImageDataset.digest` gives it.
    public let digest: String

    /// The files of the training images; nil for a data set whose images do not have a file each.
    public let train: [DatasetFile]?

    /// The files of the test images; nil as `train`.
    public let test: [DatasetFile]?

    /// Files that the run was trained on before its data changed, and not after.
    public private(set) var trainedBefore: [DatasetFile] = []

    /// What lies in the data set's folder and is not part of it.
    public let leftOut: [LeftOut]

    /// - Parameter dataset: As far as the run uses it, with its limits.
    init(_ dataset: ImageDataset) throws {
        digest = try dataset.digest()
        train = dataset.train.files
        test = dataset.test.files
        leftOut = dataset.leftOut
    }

    /// What a run's folder records; nil if it holds no record, as those of older versions.
    ///
    /// - Throws: `TrainingError` if the record cannot be read.
    public init?(folder: String) throws(TrainingError) {
        let path = RunPaths(folder).data
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = FileManager.default.contents(atPath: path),
            let data = try? JSONDecoder().decode(Self.self, from: text)
        else {
            throw TrainingError(
                "\(path): is no record of a run's data; put back what was there, or remove it to go on unchecked")
        }
        self = data
    }

    /// The record of a run that goes on with these data after others.
    func after(_ earlier: RunData) -> RunData {
        var data = self
        let kept = Set((train ?? []).map(\.sha256))
        data.trainedBefore = ((earlier.train ?? []) + earlier.trainedBefore).filter { !kept.contains($0.sha256) }
        return data
    }

    /// SHA-256 of the images that the run was trained on, under whatever names.
    var trainedContents: Set<String> { Set(((train ?? []) + trainedBefore).map(\.sha256)) }

    /// The test images without those that a run whose data changed was trained on, before or after, and a sentence that
    /// names these; nil if there are none.
    func testable(_ test: ImageSplit) throws -> (split: ImageSplit, leftOut: String?) {
        guard !trainedBefore.isEmpty, let files = test.files else { return (test, nil) }
        let trained = trainedContents
        let places = files.indices.filter { !trained.contains(files[$0].sha256) }
        guard places.count < files.count else { return (test, nil) }
        let names = files.filter { trained.contains($0.sha256) }.map(\.name)
        return (
            try test.taking(places),
            "\(names.count) of \(files.count) test images are left out, as the run was trained on them: \(LeftOut.listed(names))"
        )
    }

    /// Test images with the content of a training image, in a sentence; nil if there are none, or `testable` leaves them out.
    var copies: String? {
        guard trainedBefore.isEmpty else { return nil }
        let trained = trainedContents
        let names = (test ?? []).filter { trained.contains($0.sha256) }.map(\.name)
        return names.isEmpty
            ? nil
            : "\(names.count) test image\(names.count == 1 ? " has" : "s have") the content of a training image: "
                + LeftOut.listed(names)
    }

    /// What is different in other data, such as `1 added (a.png), 2 renamed (b.png → c.png, d.png → e.png)`; nil if
    /// nothing is.
    func difference(to other: RunData) -> String? {
        if digest == other.digest { return nil }
        guard let train, let test, let newTrain = other.train, let newTest = other.test else {
            return "the images or their labels are others"
        }
        var before = Self.byName(train, test)
        let after = Self.byName(newTrain, newTest)
        var (changed, moved, added): ([String], [String], [Entry]) = ([], [], [])
        for entry in after.values {
            guard let old = before.removeValue(forKey: entry.file.name) else {
                added.append(entry)
                continue
            }
            if old.file.sha256 != entry.file.sha256 {
                changed.append(entry.file.name)
            } else if old.isTest != entry.isTest {
                moved.append(entry.file.name)
            }
        }
        var removed = Dictionary(grouping: before.values.map(\.file).sorted { $0.name > $1.name }, by: \.sha256)
        var (renamed, isNew): ([String], [String]) = ([], [])
        for entry in added.sorted(by: { $0.file.name < $1.file.name }) {
            if let old = removed[entry.file.sha256]?.popLast() {
                renamed.append("\(old.name) → \(entry.file.name)")
            } else {
                isNew.append(entry.file.name)
            }
        }
        let gone = removed.values.joined().map(\.name)
        let kinds = [
            (isNew, "added"), (gone, "removed"), (changed, "changed"), (renamed, "renamed"),
            (moved, "moved between training and test"),
        ]
        let parts = kinds.filter { !$0.0.isEmpty }.map { names, kind in
            "\(names.count) \(kind) (\(LeftOut.listed(names.sorted(), limit: 3)))"
        }
        return parts.isEmpty ? "the files are others" : parts.joined(separator: ", ")
    }

    private typealias Entry = (file: DatasetFile, isTest: Bool)

    private static func byName(_ train: [DatasetFile], _ test: [DatasetFile]) -> [String: Entry] {
        let entries =
            train.map { ($0.name, (file: $0, isTest: false)) } + test.map { ($0.name, (file: $0, isTest: true)) }
        // Names may be equal to Swift and differ in bytes.
        return Dictionary(entries, uniquingKeysWith: { first, _ in first })
    }
}

extension RunData {
    /// Holds the data of a run that begins or goes on to what its folder records.
    ///
    /// - Returns: What its folder is to record; nil for a run that was begun without a record. And what is to be said.
    /// - Throws: `TrainingError` if the data are others and that is not allowed.
    static func check(
        _ dataset: ImageDataset, in folder: String, allowsChanges: Bool
    ) throws -> (record: RunData?, notes: [String]) {
        func copies(_ record: RunData) -> [String] { record.copies.map { ["\(dataset.name): \($0)"] } ?? [] }
        let data = try RunData(dataset)
        guard FileManager.default.fileExists(atPath: RunPaths(folder).checkpoint) else { return (data, copies(data)) }
        guard let recorded = try RunData(folder: folder) else {
            return (nil, ["\(folder): does not record its data; whether they are as they were is not checked"])
        }
        guard let difference = recorded.difference(to: data) else { return (recorded, copies(recorded)) }
        guard allowsChanges else {
            throw TrainingError(
                "\(folder): the images of \(dataset.name) are not those that the run began with: \(difference); "
                    + "choose another output folder, or go on with --allow-changed-data")
        }
        let record = data.after(recorded)
        return (record, ["\(folder): goes on with changed images: \(difference)"] + copies(record))
    }
}

extension TrainingConfiguration {
    /// The part of a data set that a run with these settings uses.
    public func limited(_ dataset: ImageDataset) throws -> ImageDataset {
        func limit(_ count: Int) -> ImageLimit { count == 0 ? .all : .evenly(count) }
        return try dataset.limited(train: limit(limitTrain), test: limit(limitTest))
    }
}
