import Foundation
import SpikeEncoding
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct RandomTests {
    static let stream = RandomStream(seed: 0x0123_4567_89AB_CDEF).split("tests")

    typealias Draw = @Sendable (_ count: Int, RandomStream) throws -> Tensor

    /// Each distribution, as draws of `count` numbers.
    static let draws: [(name: String, draw: Draw)] = [
        ("uniform float32", { try .uniform([$0], in: -1..<3, from: $1) }),
        ("uniform float64", { try .uniform([$0], from: $1, dtype: .float64) }),
        ("uniform bfloat16", { try .uniform([$0], from: $1, dtype: .bfloat16) }),
        ("normal float32", { try .normal([$0], mean: 1, standardDeviation: 2, from: $1) }),
        ("normal float64", { try .normal([$0], from: $1, dtype: .float64) }),
        ("bernoulli", { try .bernoulli(probabilities: .full([$0], 0.3), from: $1) }),
        ("integers", { try .integers([$0], in: -5..<1000, from: $1) }),
    ]

    /// Two of the answers that the authors' Random123 gives for Philox 4×32-10 (its file kat_vectors).
    @Test func agreesWithTheAuthors() {
        let zeros = RandomStream(seed: 0)
        #expect(zeros.bits(at: 0) == 0x6627_E8D5_E169_C58D)
        #expect(zeros.bits(at: 1) == 0xBC57_AC4C_9B00_DBD8)
        let pi = Philox(seed: 0x299F_31D0_A409_3822)
        #expect(
            pi.block(at: SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344))
                == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
    }

    @Test func streamZeroIsTheCodecsSequence() throws {
        let (seed, count) = (UInt64(99), 1000)
        let tensor = try Tensor.uniform([count], from: RandomStream(seed: seed), dtype: .float64)
        let philox = Philox(seed: seed)
        #expect(try tensor.elements(as: Double.self) == (0..<count).map { philox.uniform(at: UInt64($0)) })
    }

    /// Against the plain way, beyond one run and one thread's part, from even and odd places, small and large.
    @Test(arguments: [0, 1, 1023, 1 << 33 + 5, Int.max - 100_000])
    func agreesWithThePlainWay(_ position: Int) throws {
        let stream = Self.stream.advanced(by: position)
        let count = 40_000
        let (uniform, single, brief, integers) = try (
            Tensor.uniform([count], from: stream, dtype: .float64).elements(as: Double.self),
            Tensor.uniform([count], from: stream).elements(as: Float.self),
            Tensor.uniform([count], from: stream, dtype: .bfloat16).elements(as: Float.self),
            Tensor.integers([count], in: -7..<1 << 40, from: stream).elements(as: Int.self)
        )
        let normal = try Tensor.normal([count], from: stream, dtype: .float64).elements(as: Double.self)
        for index in 0..<count {
            let u = stream.uniform(at: index)
            let isFit =
                uniform[index] == u && single[index] == Float((u * 0x1p24).rounded(.down) * 0x1p-24)
                && brief[index] == Float((u * 0x1p8).rounded(.down) * 0x1p-8)
                && integers[index] == stream.integer(at: index, below: 1 << 40 + 7) - 7
                && normal[index] == plainNormal(stream, index)
            if !isFit {
                Issue.record("position \(position), index \(index)")
                return
            }
        }
    }

    private func plainNormal(_ stream: RandomStream, _ index: Int) -> Double {
        let isSecond = (stream.position + index) % 2 == 1
        let sequence = RandomStream(seed: stream.seed, stream: stream.stream)
        let even = stream.position + index - (isSecond ? 1 : 0)
        let (u, v) = (sequence.uniform(at: even), sequence.uniform(at: even + 1))
        let radius = (-2 * log(1 - u)).squareRoot()
        return radius * (isSecond ? sin(2 * .pi * v) : cos(2 * .pi * v))
    }

    @Test(arguments: draws.indices) func areTheSameOnAnyNumberOfThreads(_ index: Int) throws {
        let threads = Torch.threadCount
        defer { try? Torch.setThreadCount(threads) }
        let draw = Self.draws[index].draw
        let results = try [1, 2, 3, 7].map { count in
            try Torch.setThreadCount(count)
            return try draw(100_001, Self.stream).elements(as: Double.self)
        }
        #expect(results.allSatisfy { $0 == results[0] }, "\(Self.draws[index].name)")
    }

    @Test(arguments: draws.indices) func partsMakeTheWhole(_ index: Int) throws {
        let draw = Self.draws[index].draw
        let whole = try draw(50_000, Self.stream).elements(as: Double.self)
        var parts: [Double] = []
        for size in [1, 2, 3, 1021, 0, 16_384, 1024, 1, 31_564] {
            parts += try draw(size, Self.stream.advanced(by: parts.count)).elements(as: Double.self)
        }
        #expect(parts == whole, "\(Self.draws[index].name)")
    }

    @Test func shapeTypeAndPlaceAreAsAsked() throws {
        for dtype in [DType.float32, .float64, .bfloat16, .float16] {
            let tensors = try [
                Tensor.uniform([2, 0, 3], from: Self.stream, dtype: dtype),
                .normal([2, 0, 3], from: Self.stream, dtype: dtype),
                .bernoulli(probabilities: .zeros([2, 0, 3], dtype: dtype), from: Self.stream),
            ]
            for tensor in tensors { #expect(tensor.dtype == dtype && tensor.shape == [2, 0, 3]) }
            #expect(try Tensor.uniform([], from: Self.stream, dtype: dtype).shape == [])
        }
        let flat = try Tensor.normal([6], from: Self.stream).elements(as: Float.self)
        #expect(try Tensor.normal([2, 3], from: Self.stream).elements(as: Float.self) == flat)
        #expect(try Tensor.integers([2, 3], in: 0..<2, from: Self.stream).dtype == .int64)
    }

    @Test(.enabled(if: Device.cuda.isAvailable)) func areTheSameOnCUDA() throws {
        let (cpu, cuda) = try (
            Tensor.normal([1000], from: Self.stream), Tensor.normal([1000], from: Self.stream, device: .cuda)
        )
        #expect(cuda.device == .cuda)
        #expect(try cuda.elements(as: Float.self) == cpu.elements(as: Float.self))
    }

    /// The tests of moments draw n = 10^6 from a fixed stream and allow 5 standard errors, which one test in 10^6 exceeds
    /// by chance, and this stream never does.
    private static let count = 1_000_000
    private static let errors = 5 / Double(count).squareRoot()

    private func moment(_ values: [Double], _ power: Int, around mean: Double) -> Double {
        values.reduce(0) { $0 + pow($1 - mean, Double(power)) } / Double(values.count)
    }

    @Test func uniformIsSpreadEvenly() throws {
        let tensor = try Tensor.uniform([Self.count], in: -1..<3, from: Self.stream)
        let values = try tensor.elements(as: Double.self)
        #expect(values.allSatisfy { -1..<3 ~= $0 })
        // Standard deviation of a value 4/√12; of its squared deviation 16·√(1/80 − 1/144).
        #expect(abs(values.reduce(0, +) / Double(Self.count) - 1) < Self.errors * 4 / 12.0.squareRoot())
        #expect(abs(moment(values, 2, around: 1) - 16.0 / 12) < Self.errors * 16 * (1.0 / 80 - 1.0 / 144).squareRoot())
        // χ² of 256 bins has mean 255 and deviation √510; 5 of them.
        var bins = Array(repeating: 0.0, count: 256)
        for value in values { bins[Int((value + 1) * 64)] += 1 }
        let expected = Double(Self.count) / 256
        let chi = bins.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        #expect(abs(chi - 255) < 5 * 510.0.squareRoot(), "χ² \(chi)")
        // Neighbours are not correlated: the products' deviation is the variance.
        let products = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - 1) * ($1.1 - 1) }
        #expect(abs(products / Double(Self.count)) < Self.errors * 16 / 12)
    }

    @Test func normalHasItsMoments() throws {
        let values = try Tensor.normal([Self.count], mean: 3, standardDeviation: 2, from: Self.stream)
            .elements(as: Double.self).map { ($0 - 3) / 2 }
        // The k-th power of a standard normal has the variance E z^2k − (E z^k)²: 1, 2, 15, 96.
        #expect(abs(moment(values, 1, around: 0)) < Self.errors)
        #expect(abs(moment(values, 2, around: 0) - 1) < Self.errors * 2.0.squareRoot())
        #expect(abs(moment(values, 3, around: 0)) < Self.errors * 15.0.squareRoot())
        #expect(abs(moment(values, 4, around: 0) - 3) < Self.errors * 96.0.squareRoot())
        // The two of a pair are independent, and so are their squares (deviation 2).
        let pairs = stride(from: 0, to: Self.count, by: 2).map { (values[$0], values[$0 + 1]) }
        let half = Double(pairs.count)
        #expect(abs(pairs.reduce(0) { $0 + $1.0 * $1.1 } / half) < 5 / half.squareRoot())
        let squares = pairs.reduce(0) { $0 + ($1.0 * $1.0 - 1) * ($1.1 * $1.1 - 1) } / half
        #expect(abs(squares) < 2 * 5 / half.squareRoot())
        // The share beyond 3 deviations is 0.0027.
        let beyond = Double(values.count { abs($0) > 3 }) / Double(Self.count)
        #expect(abs(beyond - 0.0026998) < Self.errors * 0.0027.squareRoot())
    }

    @Test func bernoulliFiresAsOftenAsItShould() throws {
        let probabilities = [0, 1, 0.25, 2, -1, .nan, 1e-3] as [Float]
        let rows = 100_000
        let tensor = try Tensor(probabilities).expanded([rows, probabilities.count])
        let spikes = try Tensor.bernoulli(probabilities: tensor, from: Self.stream).elements(as: Float.self)
        #expect(spikes.allSatisfy { $0 == 0 || $0 == 1 })
        for (column, p) in [0.0, 1, 0.25, 1, 0, 0, 1e-3].enumerated() {
            let rate =
                stride(from: column, to: spikes.count, by: probabilities.count).reduce(0.0) { $0 + Double(spikes[$1]) }
                / Double(rows)
            // No spread at 0 and 1, so those are exact.
            #expect(abs(rate - p) <= 5 * (p * (1 - p) / Double(rows)).squareRoot(), "p \(p): \(rate)")
        }
    }

    /// Each element is compared with its own uniform number.
    @Test(arguments: [DType.float32, .float64, .bfloat16, .float16]) func bernoulliIsAComparison(_ dtype: DType) throws
    {
        let count = 5000
        let probabilities = try Tensor.uniform([count], from: Self.stream.split(1), dtype: dtype).requireGradient()
        let spikes = try Tensor.bernoulli(probabilities: probabilities, from: Self.stream)
        let p = try probabilities.elements(as: Double.self)
        #expect(!spikes.requiresGradient)
        #expect(
            try spikes.elements(as: Double.self) == (0..<count).map { Self.stream.uniform(at: $0) < p[$0] ? 1 : 0 })
    }

    @Test func integersAreAllAsLikely() throws {
        let numbers = try Tensor.integers([Self.count], in: -3..<7, from: Self.stream).elements(as: Int.self)
        var counts = Array(repeating: 0.0, count: 10)
        for number in numbers { counts[number + 3] += 1 }
        let expected = Double(Self.count) / 10
        // χ² of 10 bins: mean 9, deviation √18.
        let chi = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        #expect(abs(chi - 9) < 5 * 18.0.squareRoot(), "χ² \(chi)")
        let wide = try Tensor.integers([1000], in: Int.min..<Int.max, from: Self.stream).elements(as: Int.self)
        #expect(abs(wide.count { $0 < 0 } - 500) < 80)
        #expect(try Tensor.integers([10], in: 4..<5, from: Self.stream).elements(as: Int.self).allSatisfy { $0 == 4 })
    }

    @Test func permutationsAreAllAsLikely() throws {
        #expect(try Tensor.permutation(1000, from: Self.stream).elements(as: Int.self).sorted() == Array(0..<1000))
        for count in 0...2 { #expect(try Tensor.permutation(count, from: Self.stream).shape == [count]) }
        var counts: [[Int]: Double] = [:]
        for index in 0..<24_000 { counts[Self.stream.split(index).permutation(4), default: 0] += 1 }
        #expect(counts.count == 24)
        // χ² of 24 bins: mean 23, deviation √46.
        let chi = counts.values.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 }
        #expect(abs(chi - 23) < 5 * 46.0.squareRoot(), "χ² \(chi)")
    }

    @Test func splitsDiffer() {
        let numbers = (0..<1000).map { Self.stream.split($0) }
        let names = ["", "a", "b", "ab", "a\0", "12345678", "123456789", "weights", "weights of the first layer"]
        let all = numbers + names.map { Self.stream.split($0) } + (0..<10).map { Self.stream.split("a").split($0) }
        #expect(Set(all).count == all.count)
        #expect(Set(all.map { $0.bits(at: 0) }).count == all.count)
        #expect(Self.stream.split("a") == Self.stream.advanced(by: 7).split("a"))
        #expect(Self.stream.split(1).split(2) != Self.stream.split(2).split(1))
    }

    /// Sequences of neighbouring numbers are not correlated.
    @Test func splitsAreIndependent() throws {
        let count = 100_000
        let rows = try (0..<3).map { index in
            try Tensor.normal([count], from: Self.stream.split(index), dtype: .float64).elements(as: Double.self)
        }
        for (a, b) in [(0, 1), (1, 2), (0, 2)] {
            let correlation = zip(rows[a], rows[b]).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
            #expect(abs(correlation) < 5 / Double(count).squareRoot())
        }
    }

    /// The way of deriving streams is part of the format: a saved seed gives the same numbers later.
    @Test func splittingStaysAsDocumented() {
        let (seed, stream) = (UInt64(42), UInt64(3) << 32 | 5)
        let words = Philox(seed: ~seed).block(at: SIMD4(9, 0, 5, 3))
        let child = RandomStream(seed: seed, stream: stream, position: 11).split(9)
        #expect(child.seed == UInt64(words[0]) << 32 | UInt64(words[1]))
        #expect(child.stream == UInt64(words[2]) << 32 | UInt64(words[3]) && child.position == 0)
    }

    @Test func wrongArgumentsAreReported() {
        func problem(_ draw: () throws -> Tensor) -> String? { message { _ = try draw() } }
        #expect(
            problem { try .uniform([2], from: Self.stream, dtype: .int64) }
                == "uniform: a type of floating point is needed, got int64")
        #expect(
            problem { try .uniform([2], in: -.infinity..<0, from: Self.stream) }?.contains("bounds must be finite")
                == true)
        #expect(
            problem { try .normal([2], from: Self.stream, dtype: .bool) }
                == "normal: a type of floating point is needed, got bool")
        #expect(
            problem { try .normal([2], standardDeviation: -1, from: Self.stream) }?.contains("0.0 and -1.0") == true)
        #expect(problem { try .normal([2], mean: .nan, from: Self.stream) }?.contains("nan and 1.0") == true)
        #expect(
            problem { try .bernoulli(probabilities: .zeros([2], dtype: .int8), from: Self.stream) }
                == "bernoulli: a type of floating point is needed, got int8")
        #expect(problem { try .integers([2], in: 3..<3, from: Self.stream) } == "integers: the range 3..<3 is empty")
        #expect(problem { try .permutation(-1, from: Self.stream) }?.contains("must be >= 0, got -1") == true)
        #expect(problem { try .uniform([-1], from: Self.stream) } != nil)
    }
}
