import SpikeEncoding

extension RecordingFormat {
    static let npz = RecordingFormat(
        names: ["NPZ"], extensions: ["npz"], matches: { $0.starts(with: ZipArchive.magic) }, hasVariables: true,
        load: { (source, options) throws(FileError) in
            let archive = try ZipArchive(source.file)
            var entries: [ArrayRecording.Entry] = []
            for entry in archive.entries where entry.name.hasSuffix(".npy") {
                let contents = try archive.contents(of: entry)
                let name = String(entry.name.dropLast(4))
                let shape = NPYArray.shape(of: InputFile(source.path, contents: contents))
                entries.append(
                    .init(name: name, shape: shape) { () throws(FileError) in
                        try NPYArray.read(InputFile("\(source.path), array \(name)", contents: contents))
                    })
            }
            return try ArrayRecording.load(entries, source.path, options, transposing: false)
        })
}
