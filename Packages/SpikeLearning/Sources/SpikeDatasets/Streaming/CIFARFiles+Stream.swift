import ArrayFiles
import Foundation

extension CIFARFiles {
    /// Opens images [N, 3, 32, 32], which stay on disk: in the files of the folder, or unpacked from the archive into
    /// temporary files, which are gone when the data set is released.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path of the folder with the files, or of an archive of it (.tar.gz, .tar).
    /// - Throws: `FileError` if a file is missing, cut short or not in the binary layout, or if there is no room to
    ///   unpack the archive.
    public func stream(_ title: String, from path: String) throws -> ImageDataset {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let (files, names) = try exists && isFolder.boolValue ? opened(folder: path) : unpacked(path)
        let train = try split(trainFiles.map { files[$0]! })
        return try ImageDataset(
            name: title, classNames: classNames(names, path), train: train, test: split([files[testFile]!]),
            normalization: ImageNormalization(of: train))
    }

    private func opened(folder: String) throws -> (files: [String: RecordFile], names: [UInt8]?) {
        var files: [String: RecordFile] = [:]
        for name in trainFiles + [testFile] where try isThere(name, folder) {
            files[name] = try RecordFile("\(folder)/\(name)")
        }
        guard try isThere(namesFile, folder) else { return (files, nil) }
        let names = try InputFile("\(folder)/\(namesFile)")
        return (files, try names.bytes(names.size))
    }

    private func unpacked(_ path: String) throws -> (files: [String: RecordFile], names: [UInt8]?) {
        let archive = try TarArchive(path)
        var (files, names): ([String: RecordFile], [UInt8]?) = ([:], nil)
        while let entry = try archive.next() {
            let name = entry.name.split(separator: "/").last.map(String.init) ?? ""
            if pickles.contains(name) { throw pickled(path) }
            if name == namesFile { names = try archive.content() }
            guard (trainFiles + [testFile]).contains(name) else { continue }
            files[name] = try RecordFile.unpacked("\(path)/\(name)") { (write) throws(FileError) in
                while let bytes = try archive.contentPart(1 << 20) { try write(bytes) }
            }
        }
        if let name = (trainFiles + [testFile]).first(where: { files[$0] == nil }) { throw missing(name, path) }
        return (files, names)
    }

    private func split(_ files: [RecordFile]) throws -> ImageSplit {
        let size = labelBytes + 3072
        var labels: [Int] = []
        for file in files {
            try checkSize(file.size, file.path)
            var byte: UInt8 = 0
            for record in 0..<file.size / size {
                try withUnsafeMutableBytes(of: &byte) { (buffer) throws(FileError) in
                    try file.read(buffer, at: record * size + labelBytes - 1)
                }
                labels.append(try label(byte, record, file.path))
            }
        }
        let parts = files.map {
            ImageRecords.Part(file: $0, count: $0.size / size, start: labelBytes, stride: size)
        }
        return try ImageSplit(
            ImageRecords(parts, shape: [3, 32, 32]), places: Array(labels.indices), labels: labels)
    }
}
