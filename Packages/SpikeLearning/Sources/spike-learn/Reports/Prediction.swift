import SpikeCommandLine
import SpikingModels
import TorchTensors

/// Logits of images, and what they say.
struct Prediction {
    /// [B, classes], float32.
    let logits: Tensor
    /// Of each image, for people.
    let names: [String]
    let classNames: [String]
    /// Nil where there is no choice.
    let compatibility: QKFormer.Compatibility?

    /// Throws unless all logits are finite.
    ///
    /// - Parameter network: Names it in the error.
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
        /// The likeliest, as its name and as its label from 0.
        let answer: String
        let label: Int
        /// By the classes' names, 0...1.
        let probabilities: [String: Double]
    }

    /// [image][class], 0...1.
    private func probabilities() throws -> [[Double]] {
        let values = try logits.to(.float64).softmax(1).elements(as: Double.self)
        return names.indices.map { Array(values[$0 * classNames.count..<($0 + 1) * classNames.count]) }
    }

    /// Labels by falling probability; of equal ones the first.
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

    /// - Parameter count: How many of the likeliest classes an image has.
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
