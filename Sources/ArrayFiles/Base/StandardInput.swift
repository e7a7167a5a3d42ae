import Foundation

/// Standard input as a file that can be opened several times, for readers that take the path `-`.
package enum StandardInput {
    /// What messages call it.
    package static let name = "standard input"

    /// Opens a path; `-` is standard input.
    ///
    /// - Parameter path: The path of a file, or `-`.
    /// - Throws: `FileError` for a file that cannot be read.
    package static func file(_ path: String) throws(FileError) -> InputFile {
        path == "-" ? try file() : try InputFile(path)
    }

    /// Standard input from its first byte.
    ///
    /// The first call reads a pipe to its end, into a temporary file. A file that is redirected is read where it lies.
    ///
    /// - Throws: `FileError.unreadable` if reading fails, and if there is no room for the temporary file.
    package static func file() throws(FileError) -> InputFile {
        let copy = dup(try descriptor.get())
        guard copy >= 0 else { throw .unreadable(path: name, reason: systemReason(errno)) }
        return InputFile(name, descriptor: copy, isShared: true)
    }

    private static let descriptor: Result<Int32, FileError> = {
        do throws(FileError) {
            return .success(try rereadable(STDIN_FILENO))
        } catch {
            return .failure(error)
        }
    }()

    /// A descriptor of the same bytes that can be read at any position.
    static func rereadable(_ source: Int32) throws(FileError) -> Int32 {
        let input = dup(source)
        guard input >= 0 else { throw .unreadable(path: name, reason: systemReason(errno)) }
        var status = stat()
        if fstat(input, &status) == 0, status.st_mode & S_IFMT == S_IFREG, lseek(input, 0, SEEK_CUR) == 0 {
            return input
        }
        let file = InputFile(name, descriptor: input)
        let copy = try UnlinkedFile(for: name)
        while true {
            let part = try file.bytes(1 << 20)
            try copy.write(part[...])
            if part.count < 1 << 20 { return copy.descriptor }
        }
    }
}
