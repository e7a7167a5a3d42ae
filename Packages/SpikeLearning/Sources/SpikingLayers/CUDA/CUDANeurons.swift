import TorchTensors

/// What the CUDA kernels of this folder have in common: their sources, and how work is divided among threads.
enum CUDANeurons {
    /// The sources in `Sources`, each compiled with the prelude in front.
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

        /// For tensors of a type, of T steps.
        ///
        /// - Parameter width: Neurons a thread.
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

    /// The greatest T, for which a thread still has the memory.
    static let greatestSteps = 256

    /// Why there is no kernel for [T, …] tensors of a type and so many elements; nil if there is.
    static func problem(_ dtype: DType, steps: Int, elements: Int) -> String? {
        if dtype != .float32 && dtype != .bfloat16 && dtype != .float16 {
            return "CUDA kernels compute float32, bfloat16 and float16, got \(dtype)"
        }
        if steps > greatestSteps { return "CUDA kernels compute up to \(greatestSteps) steps, got \(steps)" }
        if elements >= 1 << 31 { return "CUDA kernels compute less than 2³¹ elements, got \(elements)" }
        return CUDACompiler.problem
    }

    /// How many neighbours a thread computes, so that what it keeps of all steps fits its registers.
    static func width(steps: Int, neighbors: Int, _ tensors: [Tensor]) -> Int {
        let greatest = steps <= 4 ? 4 : steps <= 8 ? 2 : 1
        let bytes = tensors.map(\.dtype.size).max() ?? 4
        return [4, 2].first { width in
            width <= greatest && neighbors % width == 0 && tensors.allSatisfy { $0.isAligned(to: width * bytes) }
        } ?? 1
    }

    static let threads = 256

    /// Blocks of `threads` for so many threads in a row.
    static func blocks(_ count: Int) -> CUDAKernel.Size { CUDAKernel.Size((count + threads - 1) / threads) }

    /// How sums by the channel are divided: into blocks of threads, the same on every device, so that results are, too.
    struct Summation {
        let threads: CUDAKernel.Size
        let blocks: CUDAKernel.Size
        var parts: Int { blocks.y }

        /// - Parameters:
        ///   - columns: Channels, or groups of them, of which a thread has one.
        ///   - columnThreads: How many of them a block has.
        ///   - rows: Values of a column.
        init(columns: Int, columnThreads: Int, rows: Int, rowsPerThread: Int) {
            threads = CUDAKernel.Size(columnThreads, CUDANeurons.threads / columnThreads)
            let across = (columns + columnThreads - 1) / columnThreads
            let wanted = (rows + threads.y * rowsPerThread - 1) / (threads.y * rowsPerThread)
            blocks = CUDAKernel.Size(across, max(1, min(wanted, max(32, 1024 / across))))
        }
    }

    /// [parts, columns], float64, to their sums [columns], float32, by `sum_parts` of a program.
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
    /// What the kernels are compiled with for these neurons.
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

    /// The kernels' `Neuron`.
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

    /// The last two numbers of the kernels' `Neuron`.
    var numbers: [Float] {
        switch self {
        case .sigmoid(let slope), .triangle(let slope), .fastSigmoid(let slope): [Float(slope), 0]
        case .arctangent(let slope): [Float(slope / 2), Float(.pi / 2 * slope)]
        case .rectangle(let width): [Float(width / 2), Float(1 / width)]
        }
    }
}
