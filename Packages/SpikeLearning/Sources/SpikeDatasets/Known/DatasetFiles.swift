import ArrayFiles

/// The files of a data set, and how they are recognized.
public protocol DatasetFiles: Sendable {
    /// The files that a folder with the data set contains, as text for messages, such as `train.bin and test.bin`.
    var expectation: String { get }

    /// True if the samples are computed when they are asked for, so that there are no files.
    var areComputed: Bool { get }

    /// Returns the path from which to read the data set, if the folder contains it.
    ///
    /// - Returns: The folder itself, a folder in it or a file in it; `nil` if the folder does not contain the data set.
    func path(in folder: String) -> String?

    /// Returns the reason why the folder cannot be used, if it contains another version of the data set; `nil`
    /// otherwise.
    func problem(in folder: String) -> FileError?

    /// Returns what is missing or cut short of the files, as far as their names and sizes tell; `nil` if nothing is.
    ///
    /// - Parameters:
    ///   - path: The path that `path(in:)` returned.
    ///   - sampleCount: The number of samples of the whole data set.
    func shortcoming(at path: String, sampleCount: Int) -> String?

    /// Makes the files that are read: from those that were downloaded, by unpacking an archive, or from nothing.
    ///
    /// - Parameters:
    ///   - folder: The data set's folder, which holds the downloaded files.
    ///   - progress: Called with a text that says how far the work is.
    /// - Throws: `FileError` if an archive is damaged, a file cannot be written, or a program is missing.
    func prepare(in folder: String, progress: (String) -> Void) throws(FileError)
}

extension DatasetFiles {
    /// False, because most data sets are read from files.
    public var areComputed: Bool { false }

    /// Returns `nil`, because there is no other version of the data set to recognize.
    public func problem(in folder: String) -> FileError? { nil }

    /// Returns `nil`, because names and sizes do not tell what is missing.
    public func shortcoming(at path: String, sampleCount: Int) -> String? { nil }

    /// Does nothing, because the downloaded files are read as they are.
    public func prepare(in folder: String, progress: (String) -> Void) throws(FileError) {}
}

/// The files of a data set of images.
public protocol ImageFiles: DatasetFiles {
    /// Reads the whole data set.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path that `path(in:)` returned.
    /// - Throws: `FileError` that names a file which is missing or damaged.
    func read(_ title: String, from path: String) throws -> ImageDataset

    /// Opens the whole data set, whose images stay on disk.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path that `path(in:)` returned.
    /// - Throws: `FileError` that names a file which is missing or damaged.
    func stream(_ title: String, from path: String) throws -> ImageDataset
}

extension ImageFiles {
    /// Reads the images into memory, because those of a small data set always fit there.
    public func stream(_ title: String, from path: String) throws -> ImageDataset { try read(title, from: path) }
}

/// The files of a data set of recordings.
public protocol RecordingFiles: DatasetFiles {
    /// Lists the recordings, and reads those that do not have a file each.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path that `path(in:)` returned; an empty text if the recordings are computed.
    /// - Throws: `FileError` that names a file which is missing or damaged.
    func read(_ title: String, from path: String) throws -> RecordingDataset
}

/// The files of a data set of spikes.
public protocol SpikeCountFiles: DatasetFiles {
    /// Reads the whole data set.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path that `path(in:)` returned.
    ///   - stepCount: The number of time steps that the spikes are counted in, at least 1.
    /// - Throws: `FileError` that names a file which is missing or damaged.
    func read(_ title: String, from path: String, stepCount: Int) throws -> SpikeDataset
}
