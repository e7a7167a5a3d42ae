import ArrayFiles

/// Images that stay on disk, and are read whenever they are needed, by any thread.
protocol StreamedImages: Sendable {
    /// The shape of one image, [C, H, W].
    var shape: [Int] { get }

    /// Whether each image has a file of its own, whose record `file` returns.
    var haveFiles: Bool { get }

    /// Puts the pixels of an image into memory.
    ///
    /// - Parameters:
    ///   - index: The number of the image.
    ///   - pixels: Memory for the pixels, [C, H, W].
    /// - Throws: `FileError` if the image cannot be read, or is not what it was when the data set was opened.
    func read(_ index: Int, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(FileError)

    /// Returns the record of an image's file.
    func file(_ index: Int) -> DatasetFile

    /// Returns whether a network goes on to learn without an image that could not be read, and notes the image if so.
    func goesOn(without index: Int, _ error: FileError) -> Bool

    /// Returns the images that `goesOn` has noted since the last call.
    func takeNews() -> [LeftOut]
}
