import SpikeCommandLine
import SpikingModels
import TorchTensors

/// A network's logits for images, and the classes that they predict.
struct Prediction {
    /// The logits, [B, classes], float32.
    let logits: Tensor
    /// The name of each image, for output.
    let names: [String]
    let classNames: [String]
    /// The compatibility that the network was built with; `nil` if it cannot be chosen.
    let compatibility: QKFormer.Compatibility?

    /// Throws `CommandError` unless all logits are finite.
    ///
    /// - Parameter network: The name of the network, for the error.
    func check(_ network: String) throws {
        let isFinite = try logits.isFinite().to(.int64).sum(1).elements(as: Int.self)
        if let image = isFinite.firstIndex(where: { $0 < classNames.count }) {
            throw CommandError(
                "\(names[image]): the network of \(network) answers with numbers that are not finite, which say nothing"
            )
        }
    }

    struct Report: Encodable {
        let compatibility: String?
        let images: [Image]
    }

    struct Image: Encodable {
        let image: String
        /// The name of the most probable class.
        let answer: String
        /// The index of the most probable class, from 0.
        let label: Int
        /// The probability of each class by its name, 0...1.
        let probabilities: [String: Double]
    }

    /// The probabilities, [image][class], 0...1.
    private func probabilities() throws -> [[Double]] {
        let values = try logits.to(.float64).softmax(1).elements(as: Double.self)
        return names.indices.map { Array(values[$0 * classNames.count..<($0 + 1) * classNames.count]) }
    }

    /// The labels by falling probability; labels with equal probabilities are in ascending order.
    private static func ranking(_ probabilities: [Double]) -> [Int] {
        probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
    }

    var report: Report {
        get throws {
            let images = try zip(names, probabilities()).map { name, probabilities in
                let label = Self.ranking(probabilities)[0]
                return Image(
                    image: name, answer: classNames[label], label: label,
                    probabilities: Dictionary(zip(classNames, probabilities), uniquingKeysWith: { first, _ in first }))
            }
            return Report(compatibility: compatibility?.rawValue, images: images)
        }
    }

    /// A table of the most probable classes of each image.
    ///
    /// - Parameter count: The number of classes per image.
    func text(top count: Int) throws -> String {
        let rows = try zip(names, probabilities()).flatMap { name, probabilities in
            Self.ranking(probabilities).prefix(count).enumerated().map { place, label in
                [place == 0 ? name : "", classNames[label], decimal(probabilities[label], 4)]
            }
        }
        let table = TextTable(header: ["image", "class", "probability"], rows: rows, textColumns: 2).text
        return compatibility == .upstream
            ? table + "\nwith the public code's flaw (upstream): each image's figures depend on its neighbours"
            : table
    }
}
