import Foundation
import TorchTensors

/// usage: gradient-averaging-check FOLDER [SECONDS]
///
/// For the tests: each process of a group takes its share of a batch, averages the gradients of a small network with the
/// others, and writes them to FOLDER/gradients-RANK.json. A process by itself takes the whole batch.
@main
struct GradientAveragingCheck {
    static let batch = 8

    static func main() {
        do {
            let arguments = CommandLine.arguments
            let group = try ProcessGroup.fromEnvironment(timeout: arguments.count > 2 ? Double(arguments[2])! : 60)
            let results = try gradients(group)
            let url = URL(filePath: arguments[1]).appending(path: "gradients-\(group?.rank ?? 0).json")
            try JSONEncoder().encode(results).write(to: url)
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(1)
        }
    }

    static func gradients(_ group: ProcessGroup?) throws -> [[Double]] {
        let (rank, size) = (group?.rank ?? 0, group?.size ?? 1)
        // Every process begins with parameters of its own, which the first one's replace.
        let shapes = [[5, 3], [5], [2, 5]]
        let parameters = try shapes.enumerated().map { try values($1, salt: $0 + 10 * rank) }
        try group?.broadcast(parameters)
        for parameter in parameters { try parameter.requireGradient() }

        let share = batch / size
        let inputs = try values([batch, 3], salt: 100)[rank * share..<(rank + 1) * share]
        let targets = try values([batch, 2], salt: 101)[rank * share..<(rank + 1) * share]
        let hidden = try inputs.linear(parameters[0], parameters[1]).tanh()
        try hidden.linear(parameters[2]).meanSquaredError(targets).backward()

        let gradients = parameters.map { $0.gradient! }
        // A view with gaps and another type travel too: the mean of rank, and of 2 · rank, over all processes.
        let gaps = try Tensor.full([2, 2], Double(rank), dtype: .float64)
        let single = try Tensor.full([3], 2 * Double(rank))
        let others = [try gaps.transposed()[0..<1], single, try Tensor.zeros([0])]
        try group?.average(gradients + others)
        try group?.barrier()
        return try (gradients + [gaps, single]).map { try $0.elements(as: Double.self) }
    }

    static func values(_ shape: [Int], salt: Int) throws -> Tensor {
        let count = shape.reduce(1, *)
        return try Tensor((0..<count).map { sin(Double(3 * $0 + 17 * salt + 1)) }, shape: shape)
    }
}
