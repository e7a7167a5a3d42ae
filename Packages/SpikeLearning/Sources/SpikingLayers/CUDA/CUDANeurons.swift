import TorchTensors

/// The sources of the CUDA kernels of this folder, and the division of work among threads that they share.
enum CUDANeurons {
    /// The files in `Sources`, each of which is compiled with `Prelude.cu` in front.
    enum Source: String, CaseIterable {
        case lif = "LIF"
        case learnableLIF = "LearnableLIF"
        case normalizedLIF = "NormalizedLIF"
        case temporalEncoding = "TemporalEncoding"

        var text: String {
            let bytes =
                switch self {
                case .lif: PackageResources.LIF_cu
                case .learnableLIF: PackageResources.LearnableLIF_cu
                case .normalizedLIF: PackageResources.NormalizedLIF_cu
                case .temporalEncoding: PackageResources.TemporalEncoding_cu
                }
            return String(decoding: PackageResources.Prelude_cu + bytes, as: UTF8.self)
        }

        /// Returns the program for tensors of a type and a number of steps.
        ///
        /// - Parameters:
        ///   - steps: The number of time steps T.
        ///   - width: The number of neurons per thread.
        ///   - dtype: The type of the tensors: float32, bfloat16 or float16.
        ///   - others: Further macros with which the source is compiled.
        func program(
            steps: Int, width: Int, _ dtype: DType, _ others: [CUDAProgram.Macro]
        ) -> CUDAProgram {
            let element = dtype == .float32 ? 0 : dtype == .bfloat16 ? 1 : 2
            let macros = [
                CUDAProgram.Macro("STEPS", steps), CUDAProgram.Macro("WIDTH", width),
                CUDAProgram.Macro("ELEMENT", element),
            ]
            return CUDAProgram(rawValue, macros: macros + others) { text }
        }
    }

    /// The greatest number of time steps T for which a thread has enough memory.
    static let greatestSteps = 256

    /// Returns why no kernel supports tensors [T, …] of a type with the given number of elements; nil if one does.
    static func problem(_ dtype: DType, steps: Int, elements: Int) -> String? {
        if dtype != .float32 && dtype != .bfloat16 && dtype != .float16 {
            return "CUDA kernels compute float32, bfloat16 and float16, got \(dtype)"
        }
        if steps > greatestSteps { return "CUDA kernels compute up to \(greatestSteps) steps, got \(steps)" }
        if elements >= 1 << 31 { return "CUDA kernels compute less than 2³¹ elements, got \(elements)" }
        return CUDACompiler.problem
    }

    /// Returns the number of neighbouring neurons that a thread computes, such that its values of all steps fit its
    /// registers.
    static func width(steps: Int, neighbors: Int, _ tensors: [Tensor]) -> Int {
        let greatest = steps <= 4 ? 4 : steps <= 8 ? 2 : 1
        let bytes = tensors.map(\.dtype.size).max() ?? 4
        return [4, 2].first { width in
            width <= greatest && neighbors % width == 0 && tensors.allSatisfy { $0.isAligned(to: width * bytes) }
        } ?? 1
    }

    static let threads = 256

    /// Returns the number of blocks of `threads` threads that are needed for `count` threads.
    static func blocks(_ count: Int) -> CUDAKernel.Size { CUDAKernel.Size((count + threads - 1) / threads) }

    /// The division of sums per channel into blocks of threads, which is the same on every device, so that results are
    /// the same too.
    struct Summation {
        let threads: CUDAKernel.Size
        let blocks: CUDAKernel.Size
        var parts: Int { blocks.y }

        /// - Parameters:
        ///   - columns: The number of channels, or of groups of channels, of which each thread has one.
        ///   - columnThreads: The number of columns in a block.
        ///   - rows: The number of values in a column.
        ///   - rowsPerThread: The number of values that a thread should add at least, if there are enough.
        init(columns: Int, columnThreads: Int, rows: Int, rowsPerThread: Int) {
            threads = CUDAKernel.Size(columnThreads, CUDANeurons.threads / columnThreads)
            let across = (columns + columnThreads - 1) / columnThreads
            let wanted = (rows + threads.y * rowsPerThread - 1) / (threads.y * rowsPerThread)
            blocks = CUDAKernel.Size(across, max(1, min(wanted, max(32, 1024 / across))))
        }
    }

    /// Returns the sums [columns], float32, of partial sums [parts, columns], float64, with `sum_parts` of a program.
    static func sum(_ sums: Tensor, by program: CUDAProgram) throws(TensorError) -> Tensor {
        let (parts, columns) = (sums.shape[0], sums.count / sums.shape[0])
        let result = try Tensor(unset: [columns], device: sums.device)
        try program.kernel("sum_parts", on: sums.device)(
            [.tensor(sums), .tensor(result), .index(parts), .index(columns)],
            blocks: CUDAKernel.Size((columns + 31) / 32), threads: CUDAKernel.Size(32, 8))
        return result
    }
}

extension LIFDynamics {
    /// The macros with which the kernels are compiled for these neurons.
    var macros: [CUDAProgram.Macro] {
        let decay =
            switch decay {
            case .factor: 0
            case .timeConstant(let constant): constant.significand == 1 ? 2 : 1
            }
        return [
            CUDAProgram.Macro("SURROGATE", surrogate.macro), CUDAProgram.Macro("DECAY", decay),
            CUDAProgram.Macro("RESET", reset == .subtractThreshold ? 0 : 1),
            CUDAProgram.Macro("DETACHES", detachesReset ? 1 : 0),
        ]
    }

    /// The values of the struct `Neuron` of the kernels.
    var numbers: CUDAKernel.Argument {
        let number =
            switch decay {
            case .factor(let factor): factor
            case .timeConstant(let constant): constant
            }
        return .floats(
            [Float(threshold), Float(number), Float(decay.membraneShare), Float(decay.inputShare)] + surrogate.numbers)
    }
}

extension SurrogateGradient {
    var macro: Int {
        switch self {
        case .sigmoid: 0
        case .arctangent: 1
        case .triangle: 2
        case .fastSigmoid: 3
        case .rectangle: 4
        }
    }

    /// The values of the last two members, `first` and `second`, of the struct `Neuron` of the kernels.
    var numbers: [Float] {
        switch self {
        case .sigmoid(let slope), .triangle(let slope), .fastSigmoid(let slope): [Float(slope), 0]
        case .arctangent(let slope): [Float(slope / 2), Float(.pi / 2 * slope)]
        case .rectangle(let width): [Float(width / 2), Float(1 / width)]
        }
    }
}
