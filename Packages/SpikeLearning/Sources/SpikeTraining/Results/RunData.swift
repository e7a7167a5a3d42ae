import ArrayFiles
import Foundation
import SpikeDatasets
import TorchTensors

/// The record of the images on which a run was trained and tested, in the file `data.json` of its folder.
public struct RunData: Codable, Sendable, Hashable {
    /// The checksum of all images, as `ImageDataset.digest` returns it.
    public let digest: String

    /// The files of the training images; `nil` for a data set whose images do not have one file each.
    public private(set) var train: [DatasetFile]?

    /// The files of the test images; `nil` for a data set whose images do not have one file each.
    public private(set) var test: [DatasetFile]?

    /// The files on which the run was trained before its data changed, and which are not among its training images now.
    public private(set) var trainedBefore: [DatasetFile] = []

    /// The files in the data set's folder that are not part of the data set.
    public let leftOut: [LeftOut]

    /// Records the images of a data set.
    ///
    /// - Parameter dataset: The part of the data set that the run uses, after its limits.
    init(_ dataset: ImageDataset) throws {
        digest = try dataset.digest()
        train = dataset.train.files
        test = dataset.test.files
        leftOut = dataset.leftOut
    }

    /// Records the images and boxes of a data set.
    ///
    /// - Parameter dataset: The part of the data set that the run uses, after its limits.
    init(_ dataset: DetectionDataset) {
        func files(_ samples: [DetectionSample]) -> [DatasetFile]? {
            let files = samples.compactMap(\.file)
            return files.count == samples.count ? files : nil
        }
        digest = dataset.digest()
        train = files(dataset.train)
        test = files(dataset.test)
        leftOut = dataset.leftOut
    }

    /// Reads the record in a run's folder. Returns `nil` if there is none, as in folders of older versions.
    ///
    /// - Parameter folder: The path of the run's folder.
    /// - Throws: `TrainingError` if the record cannot be read.
    public init?(folder: String) throws(TrainingError) {
        let path = RunPaths(folder).data
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = FileManager.default.contents(atPath: path),
            let data = try? JSONReader.decode(Self.self, from: text)
        else {
            throw TrainingError(
                "\(path): is no record of a run's data; put back what was there, or remove it to go on unchecked")
        }
        self = data
    }

    /// Returns the record of a run that continues with this data after earlier data.
    func after(_ earlier: RunData) -> RunData {
        var data = self
        let kept = Set((train ?? []).flatMap(\.checksums))
        data.trainedBefore = ((earlier.train ?? []) + earlier.trainedBefore).filter { !$0.isAmong(kept) }
        return data
    }

    /// Returns the record with the checksums of pixels that records of earlier versions lack, for all files that are in
    /// the data set.
    func completed(from dataset: ImageDataset) -> RunData {
        guard !recordsPixels else { return self }
        let files = (dataset.train.files ?? []) + (dataset.test.files ?? [])
        let known = Dictionary(files.map { ($0.sha256, $0.pixels) }, uniquingKeysWith: { first, _ in first })
        func completed(_ file: DatasetFile) -> DatasetFile {
            DatasetFile(
                name: file.name, size: file.size, sha256: file.sha256, pixels: file.pixels ?? known[file.sha256] ?? nil)
        }
        var record = self
        record.train = train?.map(completed)
        record.test = test?.map(completed)
        record.trainedBefore = trainedBefore.map(completed)
        return record
    }

    /// The SHA-256 checksums of all files on which the run was trained, and of the images in them. File names do not
    /// matter.
    var trainedContents: Set<String> { Set(((train ?? []) + trainedBefore).flatMap(\.checksums)) }

    /// True if the checksum of the pixels is recorded for every file.
    var recordsPixels: Bool { ((train ?? []) + (test ?? []) + trainedBefore).allSatisfy { $0.pixels != nil } }

    /// Returns the test images without those on which a run was trained before or after its data changed.
    ///
    /// - Returns: The remaining test images, and a sentence that names those left out, which is `nil` if none are left
    ///   out.
    func testable(_ test: ImageSplit) throws -> (split: ImageSplit, leftOut: String?) {
        guard !trainedBefore.isEmpty, let files = test.files else { return (test, nil) }
        let trained = trainedContents
        let places = files.indices.filter { !files[$0].isAmong(trained) }
        guard places.count < files.count else { return (test, nil) }
        let names = files.filter { $0.isAmong(trained) }.map(\.name)
        return (
            try test.taking(places),
            "\(names.count) of \(files.count) test images are left out, as the run was trained on them: \(LeftOut.listed(names))"
        )
    }

    /// Returns the test images without those on which a run was trained.
    ///
    /// - Parameters:
    ///   - test: The images to test on.
    ///   - trainedOn: Whether images that the run was trained on are left out also if its data have not changed.
    /// - Returns: The remaining test images, and a sentence that names those left out, which is `nil` if none are left
    ///   out.
    func testable(
        _ test: [DetectionSample], trainedOn: Bool = false
    ) -> (samples: [DetectionSample], leftOut: String?) {
        guard trainedOn || !trainedBefore.isEmpty else { return (test, nil) }
        let trained = trainedContents
        let known = test.filter { $0.file?.isAmong(trained) == true }
        guard !known.isEmpty else { return (test, nil) }
        return (
            test.filter { $0.file?.isAmong(trained) != true },
            "\(known.count) of \(test.count) test images are left out, as the run was trained on them: "
                + LeftOut.listed(known.map(\.name))
        )
    }

    /// A sentence that names the test images with the content of a training image; `nil` if there are none, or if
    /// `testable` leaves them out.
    var copies: String? {
        guard trainedBefore.isEmpty else { return nil }
        let trained = trainedContents
        let names = (test ?? []).filter { $0.isAmong(trained) }.map(\.name)
        return names.isEmpty
            ? nil
            : "\(counted(names.count, "test image")) \(names.count == 1 ? "has" : "have") the content of a training image: "
                + LeftOut.listed(names)
    }

    /// Returns the difference to other data as text, or `nil` if there is none. An example is
    /// `1 added (a.png), 2 renamed (b.png → c.png, d.png → e.png)`.
    func difference(to other: RunData) -> String? {
        if digest == other.digest { return nil }
        guard let train, let test, let newTrain = other.train, let newTest = other.test else {
            return "the images or their labels are others"
        }
        var before = Self.byName(train, test)
        let after = Self.byName(newTrain, newTest)
        var (changed, moved, reboxed, reencoded): ([String], [String], [String], [String]) = ([], [], [], [])
        var added: [Entry] = []
        for entry in after.values {
            guard let old = before.removeValue(forKey: entry.file.name) else {
                added.append(entry)
                continue
            }
            if old.file.sha256 != entry.file.sha256 {
                if let pixels = old.file.pixels, pixels == entry.file.pixels {
                    reencoded.append(entry.file.name)
                } else {
                    changed.append(entry.file.name)
                }
            } else if old.isTest != entry.isTest {
                moved.append(entry.file.name)
            } else if let boxes = old.file.boxes, let others = entry.file.boxes, boxes != others {
                reboxed.append(entry.file.name)
            }
        }
        added.sort { $0.file.name < $1.file.name }
        var removed = before.values.map(\.file)
        /// Pairs added files with removed files that have the same checksum.
        func pair(by checksum: (DatasetFile) -> String?) -> [String] {
            var old = Dictionary(grouping: removed.sorted { $0.name > $1.name }) { checksum($0) ?? "" }
            old[""] = nil
            var pairs: [(old: String, new: String)] = []
            for entry in added {
                guard let key = checksum(entry.file), let match = old[key]?.popLast() else { continue }
                pairs.append((match.name, entry.file.name))
            }
            let (oldNames, newNames) = (Set(pairs.map(\.old)), Set(pairs.map(\.new)))
            removed.removeAll { oldNames.contains($0.name) }
            added.removeAll { newNames.contains($0.file.name) }
            return pairs.map { "\($0.old) → \($0.new)" }
        }
        let renamed = pair { $0.sha256 }
        reencoded += pair { $0.pixels }
        // Files that are still there, but cannot be used any more.
        let unused = Set(other.leftOut.filter { $0.subject == nil }.flatMap(\.names))
        let kinds = [
            (added.map(\.file.name), "added"),
            (removed.map(\.name).filter { !unused.contains($0) }, "removed"),
            (removed.map(\.name).filter(unused.contains), "left out now"), (changed, "changed"),
            (reboxed, "with other boxes"), (renamed, "renamed"), (reencoded, "re-encoded with the same pixels"),
            (moved, "moved between training and test"),
        ]
        let parts = kinds.filter { !$0.0.isEmpty }.map { names, kind in
            "\(names.count) \(kind) (\(LeftOut.listed(names.sorted(), limit: 3)))"
        }
        return parts.isEmpty ? "the files, their labels or their boxes are others" : parts.joined(separator: ", ")
    }

    private typealias Entry = (file: DatasetFile, isTest: Bool)

    private static func byName(_ train: [DatasetFile], _ test: [DatasetFile]) -> [String: Entry] {
        let entries =
            train.map { ($0.name, (file: $0, isTest: false)) } + test.map { ($0.name, (file: $0, isTest: true)) }
        // Names that are equal as Swift strings may differ in bytes.
        return Dictionary(entries, uniquingKeysWith: { first, _ in first })
    }
}

extension RunData {
    /// Compares the data of a run that begins or resumes with the record in its folder.
    ///
    /// - Parameters:
    ///   - dataset: The part of the data set that the run uses.
    ///   - folder: The path of the run's folder.
    ///   - allowsChanges: Whether the data may differ from the record.
    /// - Returns: The record to write into the folder, which is `nil` for a run that was begun without a record; and
    ///   remarks, one line each.
    /// - Throws: `TrainingError` if the data differs and that is not allowed.
    static func check(
        _ dataset: ImageDataset, in folder: String, allowsChanges: Bool
    ) throws -> (record: RunData?, notes: [String]) {
        let (record, notes) = try check(RunData(dataset), of: dataset.name, in: folder, allowsChanges: allowsChanges) {
            $0.completed(from: dataset)
        }
        guard dataset.train.hasUnlistedFiles || dataset.test.hasUnlistedFiles else { return (record, notes) }
        let remark = "\(folder): records one checksum of all images, and no list of files, because they are so many"
        return (record, notes + [remark])
    }

    /// Compares data like `check(_:in:allowsChanges:)`.
    ///
    /// - Parameters:
    ///   - data: The record of the data.
    ///   - name: The name of the data set.
    ///   - complete: Completes the record in the folder, if it is one of an earlier version.
    static func check(
        _ data: RunData, of name: String, in folder: String, allowsChanges: Bool,
        complete: (RunData) -> RunData = { $0 }
    ) throws -> (record: RunData?, notes: [String]) {
        func copies(_ record: RunData) -> [String] { record.copies.map { ["\(name): \($0)"] } ?? [] }
        guard FileManager.default.fileExists(atPath: RunPaths(folder).checkpoint) else { return (data, copies(data)) }
        guard let recorded = try RunData(folder: folder).map(complete) else {
            return (nil, ["\(folder): does not record its data; whether they are as they were is not checked"])
        }
        guard let difference = recorded.difference(to: data) else { return (recorded, copies(recorded)) }
        guard allowsChanges else {
            throw TrainingError(
                "\(folder): the images of \(name) are not those that the run began with: \(difference); "
                    + "choose another output folder, or go on with --allow-changed-data")
        }
        let record = data.after(recorded)
        return (record, ["\(folder): goes on with changed images: \(difference)"] + copies(record))
    }
}

extension TrainingConfiguration {
    /// Returns the part of a data set that a run with these settings uses, as `limitTrain` and `limitTest` say.
    ///
    /// - Throws: `TensorError` if the tensors cannot be made.
    public func limited(_ dataset: ImageDataset) throws -> ImageDataset {
        func limit(_ count: Int) -> ImageLimit { count == 0 ? .all : .evenly(count) }
        return try dataset.limited(train: limit(limitTrain), test: limit(limitTest))
    }
}
