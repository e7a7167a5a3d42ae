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
    /// `[n for n in range(20) if int(hashlib.sha256(f"0/{n}.pgm".encode()).hexdigest()[:8], 16) < 0.2 * 2**32]`.
    private static let setAside = [1, 7, 8, 9, 11, 14, 15]

    private func put(_ name: String, _ value: Int) throws {
        try data.file(name, Array("P5 8 8 255\n".utf8) + [UInt8](repeating: UInt8(value), count: 64))
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
        // 0.pgm (0.3790) is trained on; renamed.pgm (0.0793) is set aside by its hash.
        try rename("left/0.pgm", "left/renamed.pgm")
        #expect(try dataset().test.files?.map(\.name).contains("left/renamed.pgm") == true)
        let refusal = message { _ = try names(run, allowsChangedData: false) { _ in } }
        #expect(
            refusal?.contains("1 renamed (left/0.pgm → left/renamed.pgm)") == true
                && refusal?.contains("--allow-changed-data") == true, "\(refusal ?? "")")
        var notes: [String] = []
        let tested = try names(run) { notes.append($0) }
        #expect(tested.count == 2 * Self.setAside.count && !tested.contains("left/renamed.pgm"))
        #expect(notes.count == 1)
        #expect(
            notes[0].hasSuffix(
                "1 of \(tested.count + 1) test images are left out, as it was trained on them: left/renamed.pgm"),
            "\(notes)")
        #expect(message { _ = try trainer() }?.contains("1 renamed (left/0.pgm → left/renamed.pgm)") == true)
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
        try rename("left/0.pgm", "left/renamed.pgm")
        try put("left/new.pgm", 250)
        #expect(message { _ = try trainer() }?.contains("are not those that the run began with: 1 added") == true)
        let resumed = try trainer(allowsChangedData: true)
        #expect(resumed.notes.count == 2 && resumed.notes[0].contains("goes on with changed images: 1 added"))
        _ = try resumed.run()
        let record = try #require(try RunData(folder: runs.file("run")))
        #expect(record.trainedBefore.map(\.name) == ["left/0.pgm"])
        // The same images again: nothing differs, nothing is to be allowed. The image that changed sides is left out.
        let leftOut = "test images are left out, as the run was trained on them: left/renamed.pgm"
        #expect(resumed.notes[1].hasSuffix(leftOut))
        #expect(try trainer().notes.first?.hasSuffix(leftOut) == true)
        var notes: [String] = []
        let run = try TrainedRun(folder: runs.file("run"))
        #expect(try !names(run, allowsChangedData: false) { notes.append($0) }.contains("left/renamed.pgm"))
        #expect(notes.count == 1 && notes[0].hasSuffix(leftOut))
    }

    @Test func copiesAmongTestImagesAreNamed() throws {
        #expect(try trainer().notes.isEmpty)
        try put("left/\(Self.setAside[0]).pgm", 0)
        try FileManager.default.removeItem(atPath: runs.path)
        #expect(
            try trainer().notes.first?.hasSuffix(
                "1 test image has the content of a training image: left/\(Self.setAside[0]).pgm") == true)
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
