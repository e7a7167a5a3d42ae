import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct DigitTableFileTests {
    private let folder = try! TemporaryFolder()

    /// Rows sorted by digit; image i of digit d has the value d·20 + i mod 10 in pixel 0, and i in pixels 1 (i / 100) and 2
    /// (i mod 100).
    private func table(_ counts: [Int] = Array(repeating: 102, count: 10)) -> String {
        var text = ""
        for (digit, count) in counts.enumerated() {
            for index in 0..<count {
                let pixels = [digit * 20 + index % 10, index / 100, index % 100] + Array(repeating: 0, count: 781)
                text += (pixels + [digit]).map(String.init).joined(separator: ",") + "\n"
            }
        }
        return text
    }

    private func flaw(_ text: String) throws -> String {
        let path = try folder.file("flawed.csv", Array(text.utf8))
        let text = try #require(message { _ = try DigitTableFile().read("Made", from: path) })
        #expect(text.hasPrefix(path))
        return text
    }

    @Test(arguments: [false, true])
    func setsAHundredOfEachDigitAside(_ isPacked: Bool) throws {
        let bytes = Array(table().utf8)
        let path = try folder.file("table", isPacked ? Made.gzipped(bytes, folder) : bytes)
        let dataset = try DigitTableFile().read("Made", from: path)
        #expect(dataset.classNames == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
        #expect(dataset.train.images.shape == [20, 1, 28, 28] && dataset.test.images.shape == [1000, 1, 28, 28])
        var seen: [[Int]] = []
        for split in [dataset.train, dataset.test] {
            let pixels = try split.images.elements(as: UInt8.self).map(Int.init)
            for (index, label) in split.classIndices.enumerated() {
                let image = Array(pixels[index * 784..<index * 784 + 3])
                #expect(image[0] == label * 20 + image[2] % 10, "labels stay with their images")
                seen.append([label] + image)
            }
            for digit in 0..<10 { #expect(split.classIndices.count { $0 == digit } == split.count / 10) }
        }
        #expect(Set(seen).count == 1020, "no image is lost or in both parts")
        // Shuffled before it is split: neither part is sorted.
        #expect(dataset.test.classIndices != dataset.test.classIndices.sorted())
        let again = try DigitTableFile().read("Made", from: path)
        #expect(again.test.classIndices == dataset.test.classIndices)
    }

    @Test func saysWhatIsWrong() throws {
        let good = table()
        #expect(try flaw("").contains("0 images of the digit 0"))
        #expect(try flaw("<html>").contains("line 1: the byte 60 stands where a number is due"))
        #expect(try flaw(String(good.dropFirst(2))).contains("line 1: it has 784 numbers, not 785"))
        #expect(try flaw("7," + good).contains("line 1: there are not 785 numbers"))
        #expect(try flaw(good.replacing("\n", with: ",\n")).contains("line 1: there are not 785 numbers"))
        #expect(try flaw("256" + good.dropFirst(1)).contains("line 1: a value is above 255"))
        let eleven = Array(repeating: "11", count: 785).joined(separator: ",")
        #expect(try flaw(good + eleven).contains("line 1021: 11 is not"))
        #expect(try flaw(String(good.dropLast(7))).contains("line 1020: it has 782 numbers"))
        let fewNines = table([101, 101, 101, 101, 101, 101, 101, 101, 101, 100])
        #expect(try flaw(fewNines).contains("100 images of the digit 9, where more than 100 are due"))
        var packed = try Made.gzipped(Array(good.utf8), folder)
        packed.removeLast(4)
        let path = try folder.file("cut.csv.gz", packed)
        #expect(message { _ = try DigitTableFile().read("Made", from: path) }?.contains("damaged or cut short") == true)
    }
}
