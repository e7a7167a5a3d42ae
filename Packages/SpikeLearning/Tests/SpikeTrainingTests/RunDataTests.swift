import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// A run and the images that it was trained on, in a flat folder whose files change.
@Suite(.leavesNothing) struct RunDataTests {
    private let runs: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        runs = try TemporaryFolder()
        data = try TemporaryFolder()
        for name in ["left", "right"] {
            for index in 0..<20 { try put("\(name)/\(index).pgm", index + (name == "left" ? 0 : 100)) }
        }
    }

    /// Of the files 0.pgm to 19.pgm these are set aside. In Python:
    /// `[n for n in range(20) if int(hashlib.sha256(f"0/{n}".encode()).hexdigest()[:8], 16) < 0.2 * 2**32]`.
    private static let setAside = [10, 16]

    /// - Parameter folder: The data set's, if not `data`.
    private func put(_ name: String, _ value: Int, in folder: TemporaryFolder? = nil) throws {
        let isColour = name.hasSuffix("ppm")
        try (folder ?? data).file(
            name,
            Array("P\(isColour ? 6 : 5) 8 8 255\n".utf8)
                + [UInt8](repeating: UInt8(value), count: isColour ? 192 : 64))
    }

    private func rename(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: data.file(old), toPath: data.file(new))
    }

    private func dataset() throws -> ImageDataset { try ImageFolder(data.path, size: 8).read() }

    private func trainer(
        allowsChangedData: Bool = false, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> Trainer {
        let configuration = TrainerTests.configuration {
            $0.epochs = 2
            change(&$0)
        }
        return try Trainer(
            configuration, on: dataset(), seed: 1, folder: runs.file("run"), allowsChangedData: allowsChangedData)
    }

    private func trained() throws -> TrainedRun {
        _ = try trainer().run()
        return try TrainedRun(folder: runs.file("run"))
    }

    private func names(_ run: TrainedRun, allowsChangedData: Bool = true, _ note: (String) -> Void) throws -> [String] {
        try run.testImages(of: dataset(), allowsChangedData: allowsChangedData, note: note).split.files!.map(\.name)
    }

    @Test func listsAreKept() throws {
        let run = try trained()
        let record = try #require(try RunData(folder: run.folder))
        let expected = ["left", "right"].flatMap { name in Self.setAside.map { "\(name)/\($0).pgm" } }
        #expect(record.test?.map(\.name).sorted() == expected.sorted())
        #expect(record.train?.count == 40 - expected.count)
        #expect(try record.digest == dataset().digest())
        var notes: [String] = []
        #expect(try names(run, allowsChangedData: false) { notes.append($0) }.sorted() == expected.sorted())
        #expect(notes.isEmpty)
        // With limits, the part that the run used.
        let limited = try Trainer(
            TrainerTests.configuration { ($0.limitTrain, $0.limitTest) = (10, 4) }, on: dataset(), seed: 1,
            folder: runs.file("limited"))
        #expect(limited.dataset.train.files?.count == 10)
        #expect(try RunData(folder: runs.file("limited"))?.train == limited.dataset.train.files)
    }

    /// As in the complaint: a trained image gets a name by which it is set aside.
    @Test func aRenamedImageIsNotTestedOn() throws {
        let run = try trained()
        // 0 (0.3323) is trained on; zero (0.1795) is set aside by its hash.
        try rename("left/0.pgm", "left/zero.pgm")
        #expect(try dataset().test.files?.map(\.name).contains("left/zero.pgm") == true)
        let refusal = message { _ = try names(run, allowsChangedData: false) { _ in } }
        #expect(
            refusal?.contains("1 renamed (left/0.pgm → left/zero.pgm)") == true
                && refusal?.contains("--allow-changed-data") == true, "\(refusal ?? "")")
        var notes: [String] = []
        let tested = try names(run) { notes.append($0) }
        #expect(tested.count == 2 * Self.setAside.count && !tested.contains("left/zero.pgm"))
        #expect(notes.count == 1)
        #expect(
            notes[0].hasSuffix(
                "1 of \(tested.count + 1) test images are left out, as it was trained on them: left/zero.pgm"),
            "\(notes)")
        #expect(message { _ = try trainer() }?.contains("1 renamed (left/0.pgm → left/zero.pgm)") == true)
    }

    /// A trained image in another format, with the same pixels, under a name by which it is set aside.
    @Test func aReencodedImageIsNotTestedOn() throws {
        let run = try trained()
        try FileManager.default.removeItem(atPath: data.file("left/0.pgm"))
        try put("left/zero.ppm", 0)
        let difference = "1 re-encoded with the same pixels (left/0.pgm → left/zero.ppm)"
        let refusal = message { _ = try names(run, allowsChangedData: false) { _ in } }
        #expect(refusal?.contains(difference) == true, "\(refusal ?? "")")
        #expect(message { _ = try trainer() }?.contains(difference) == true)
        var notes: [String] = []
        #expect(try names(run) { notes.append($0) }.count == 2 * Self.setAside.count)
        #expect(
            notes.first?.hasSuffix("1 of 5 test images are left out, as it was trained on them: left/zero.ppm") == true,
            "\(notes)")
        // Under the old name it is the same image as before, and trained on still.
        try FileManager.default.removeItem(atPath: data.file("left/zero.ppm"))
        try data.file("left/0.pgm", Array("P2 8 8 255\n".utf8) + Array(String(repeating: "0 ", count: 64).utf8))
        let changed = message { _ = try names(run, allowsChangedData: false) { _ in } }
        #expect(changed?.contains("1 re-encoded with the same pixels (left/0.pgm);") == true, "\(changed ?? "")")
        // Other pixels are another image.
        try put("left/0.pgm", 3)
        #expect(message { _ = try names(run, allowsChangedData: false) { _ in } }?.contains("1 changed") == true)
    }

    /// All images in another format are divided as before, so that none is left out.
    @Test func aConvertedFolderIsTestedOnTheSameImages() throws {
        let run = try trained()
        for name in ["left", "right"] {
            for index in 0..<20 {
                try FileManager.default.removeItem(atPath: data.file("\(name)/\(index).pgm"))
                try put("\(name)/\(index).ppm", index + (name == "left" ? 0 : 100))
            }
        }
        var notes: [String] = []
        let expected = ["left", "right"].flatMap { name in Self.setAside.map { "\(name)/\($0).ppm" } }
        #expect(try names(run) { notes.append($0) }.sorted() == expected.sorted())
        #expect(
            notes.count == 1 && notes[0].contains("40 re-encoded with the same pixels (left/0.pgm → left/0.ppm, ")
                && notes[0].contains("no test image has the file's content or the pixels of a training image"),
            "\(notes)")
    }

    /// A folder with parts for training and testing, between which a copy in another format is made.
    @Test func copiesBetweenPartsAreNotTestedOn() throws {
        let parts = try TemporaryFolder()
        for name in ["left", "right"] {
            for index in 0..<8 { try put("train/\(name)/\(index).pgm", index + (name == "left" ? 0 : 100), in: parts) }
            try put("test/\(name)/a.pgm", name == "left" ? 50 : 150, in: parts)
        }
        func dataset() throws -> ImageDataset { try ImageFolder(parts.path, size: 8).read() }
        _ = try Trainer(TrainerTests.configuration { $0.epochs = 1 }, on: dataset(), seed: 1, folder: runs.file("run"))
            .run()
        let run = try TrainedRun(folder: runs.file("run"))
        try put("test/left/b.ppm", 3, in: parts)
        try FileManager.default.moveItem(
            atPath: parts.file("train/right/0.pgm"), toPath: parts.file("test/right/0.pgm"))
        let refusal = message { _ = try run.testImages(of: dataset(), allowsChangedData: false) { _ in } }
        #expect(
            refusal?.contains("1 added (test/left/b.ppm), 1 renamed (train/right/0.pgm → test/right/0.pgm)") == true,
            "\(refusal ?? "")")
        let tested = try run.testImages(of: dataset(), allowsChangedData: true) { _ in }.files?.map(\.name)
        #expect(tested == ["test/left/a.pgm", "test/right/a.pgm"])
    }

    /// Records of earlier versions have no checksums of pixels. Those of files that are still there are known.
    @Test func recordsWithoutPixels() throws {
        let run = try trained()
        let path = "\(run.folder)/data.json"
        let record = try String(contentsOfFile: path, encoding: .utf8)
        let older = record.replacing(/"pixels":"[0-9a-f]{64}",/, with: "")
        #expect(record.contains("pixels") && !older.contains("pixels"))
        try older.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try RunData(folder: run.folder)?.train?.first?.pixels == nil)
        var notes: [String] = []
        #expect(try names(run, allowsChangedData: false) { notes.append($0) }.count == 4 && notes.isEmpty)
        #expect(try trainer().notes.isEmpty)
        try put("left/zero.ppm", 0)
        #expect(try names(run) { notes.append($0) }.count == 4)
        #expect(notes.first?.hasSuffix("as it was trained on them: left/zero.ppm") == true, "\(notes)")
        // The only file with these pixels is new.
        try FileManager.default.removeItem(atPath: data.file("left/0.pgm"))
        notes = []
        #expect(try names(run) { notes.append($0) }.contains("left/zero.ppm"))
        #expect(notes.first?.contains("1 added (left/zero.ppm), 1 removed (left/0.pgm)") == true, "\(notes)")
    }

    @Test func differencesAreNamed() throws {
        let run = try trained()
        try put("left/new.pgm", 250)
        try FileManager.default.removeItem(atPath: data.file("left/1.pgm"))
        try FileManager.default.removeItem(atPath: data.file("left/2.pgm"))
        try put("right/3.pgm", 251)
        try rename("right/0.pgm", "right/zero.pgm")
        let refusal = message { _ = try names(run, allowsChangedData: false) { _ in } }
        #expect(
            refusal?.contains(
                "1 added (left/new.pgm), 2 removed (left/1.pgm, left/2.pgm), 1 changed (right/3.pgm), "
                    + "1 renamed (right/0.pgm → right/zero.pgm)") == true, "\(refusal ?? "")")
        for index in 1...4 { try put("left/new\(index).pgm", 240 + index) }
        let more = message { _ = try names(run, allowsChangedData: false) { _ in } }
        #expect(more?.contains("5 added (left/new.pgm, left/new1.pgm, left/new2.pgm and 2 more)") == true)
    }

    /// What it was trained on before stays trained on, though the folder does not hold it under that name any more.
    @Test func goesOnWithChangedImages() throws {
        #expect(throws: TrainerTests.Interruption.self) {
            try trainer().run { if case .epoch = $0 { throw TrainerTests.Interruption() } }
        }
        try rename("left/0.pgm", "left/zero.pgm")
        try put("left/new.pgm", 250)
        #expect(message { _ = try trainer() }?.contains("are not those that the run began with: 1 added") == true)
        let resumed = try trainer(allowsChangedData: true)
        #expect(resumed.notes.count == 2 && resumed.notes[0].contains("goes on with changed images: 1 added"))
        _ = try resumed.run()
        let record = try #require(try RunData(folder: runs.file("run")))
        #expect(record.trainedBefore.map(\.name) == ["left/0.pgm"] && record.trainedBefore[0].pixels != nil)
        // The same images again: nothing differs, nothing is to be allowed. The image that changed sides is left out.
        let leftOut = "test images are left out, as the run was trained on them: left/zero.pgm"
        #expect(resumed.notes[1].hasSuffix(leftOut))
        #expect(try trainer().notes.first?.hasSuffix(leftOut) == true)
        var notes: [String] = []
        let run = try TrainedRun(folder: runs.file("run"))
        #expect(try !names(run, allowsChangedData: false) { notes.append($0) }.contains("left/zero.pgm"))
        #expect(notes.count == 1 && notes[0].hasSuffix(leftOut))
    }

    @Test func copiesAmongTestImagesAreNamed() throws {
        #expect(try trainer().notes.isEmpty)
        try put("left/\(Self.setAside[0]).pgm", 0)
        try FileManager.default.removeItem(atPath: runs.path)
        #expect(
            try trainer().notes.first?.hasSuffix(
                "1 test image has the content of a training image: left/\(Self.setAside[0]).pgm") == true)
        try FileManager.default.removeItem(atPath: runs.path)
        try put("left/zero.ppm", 1)
        #expect(
            try trainer().notes.first?.hasSuffix(
                "2 test images have the content of a training image: left/\(Self.setAside[0]).pgm, left/zero.ppm")
                == true)
    }

    @Test func runsWithoutARecord() throws {
        let run = try trained()
        try FileManager.default.removeItem(atPath: "\(run.folder)/data.json")
        try put("left/new.pgm", 250)
        var notes: [String] = []
        #expect(try names(run, allowsChangedData: false) { notes.append($0) }.count >= 2 * Self.setAside.count)
        #expect(notes.count == 1 && notes[0].contains("does not record its data"))
        try FileManager.default.removeItem(atPath: data.file("left/new.pgm"))
        #expect(try trainer().notes.first?.contains("does not record its data") == true)
        // It is not made up afterwards.
        #expect(try RunData(folder: run.folder) == nil)

        for text in ["", "{", "[]", #"{"digest": 3}"#] {
            try text.write(toFile: "\(run.folder)/data.json", atomically: true, encoding: .utf8)
            #expect(message { _ = try names(run) { _ in } }?.contains("data.json: is no record") == true)
            #expect(message { _ = try trainer() }?.contains("data.json: is no record") == true)
        }
    }

    /// Images without files are known by their decoded content.
    @Test func dataSetsKnownByName() throws {
        let folder = runs.file("halves")
        let configuration = TrainerTests.configuration { $0.epochs = 1 }
        _ = try Trainer(configuration, on: TrainerTests.halves(), seed: 1, folder: folder).run()
        let run = try TrainedRun(folder: folder)
        #expect(try RunData(folder: folder)?.train == nil)
        #expect(try run.testImages(of: TrainerTests.halves()).split.count == 20)
        let other = try TrainerTests.halves(test: 22)
        #expect(
            message { _ = try run.testImages(of: other) }?.contains("the images or their labels are others") == true)
        var notes: [String] = []
        #expect(try run.testImages(of: other, allowsChangedData: true) { notes.append($0) }.split.count == 22)
        #expect(notes.first?.contains("whether it was trained on some of the test images is not known") == true)
        #expect(message { _ = try Trainer(configuration, on: other, seed: 1, folder: folder) } != nil)
    }
}
