import Foundation
import Testing

@testable import SpikingLayers
@testable import TorchTensors

/// The CUDA kernels compile without a GPU, wherever NVRTC is; `./test` brings it.
@Suite("CUDA kernels compile", .enabled(if: CUDACompiler.problem == nil)) struct CUDACompilationTests {
    /// Ampere, Hopper and Blackwell.
    static let architectures = [80, 90, 100]

    /// What the compiler says of a kernel.
    struct Kernel {
        let name: String
        var registers = 0
        /// Bytes of its own memory for what registers do not hold.
        var stack = 0
        var spills = 0
    }

    private static let hard = LIFDynamics(decay: .timeConstant(2), reset: .toZero)
    private static let attached = LIFDynamics(
        decay: .timeConstant(3), detachesReset: false, surrogate: .fastSigmoid())

    private func programs(steps: Int, _ dtype: DType) -> [CUDAProgram] {
        let width = CUDANeurons.width(steps: steps, neighbors: 32, [])
        let encoder = [
            CUDAProgram.Macro("SURROGATE", 1), CUDAProgram.Macro("CODE", 1), CUDAProgram.Macro("DETACHES", 0),
            CUDAProgram.Macro("LEARNS", 1),
        ]
        return [Self.hard, Self.attached].flatMap { dynamics in
            [
                CUDANeurons.Source.lif.program(steps: steps, width: width, dtype, dynamics.macros),
                CUDANeurons.Source.normalizedLIF.program(steps: steps, width: width, dtype, dynamics.macros),
                CUDANeurons.Source.learnableLIF.program(steps: steps, width: 1, dtype, dynamics.macros),
            ]
        } + [CUDANeurons.Source.temporalEncoding.program(steps: steps, width: 1, dtype, encoder)]
    }

    @Test(arguments: architectures, [DType.float32, .bfloat16, .float16])
    func keepsAllInRegisters(architecture: Int, dtype: DType) throws {
        for steps in architecture == 90 ? [1, 4, 8, 16] : [4, 16] {
            for program in programs(steps: steps, dtype) {
                let output = try CUDACompiler.compile(program, architecture: architecture)
                #expect(!output.image.isEmpty)
                let kernels = try kernels(in: output.log)
                let source = String(decoding: program.source().utf8, as: UTF8.self)
                #expect(kernels.count == source.components(separatedBy: "\nKERNEL ").count - 1, "\(program.name)")
                for kernel in kernels {
                    #expect(kernel.spills == 0 && kernel.stack == 0, "\(kernel), \(program.macros)")
                    // Of a multiprocessor's 65,536 registers two blocks of 256 threads have so many a thread; one has twice
                    // as many.
                    #expect(1...(steps <= 8 ? 128 : 256) ~= kernel.registers, "\(kernel), \(program.macros)")
                }
            }
        }
    }

    /// Potentials of many steps are in memory, not in registers.
    @Test func computesManySteps() throws {
        for program in programs(steps: CUDANeurons.greatestSteps, .float32) {
            let output = try CUDACompiler.compile(program, architecture: 90)
            #expect(try kernels(in: output.log).contains { $0.stack >= 4 * CUDANeurons.greatestSteps })
        }
    }

    @Test func errorsAreTheCompilers() throws {
        let program = CUDAProgram("wrong", macros: []) { "extern \"C\" __global__ void wrong() { spike(); }" }
        let error = try #require(throws: TensorError.self) { try CUDACompiler.compile(program, architecture: 90) }
        #expect(error.description.contains("wrong.cu(1)") && error.description.contains("spike"), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    /// An architecture that this NVRTC cannot know.
    @Test func unknownArchitecturesGetPTX() throws {
        let program = CUDAProgram("empty", macros: []) { "extern \"C\" __global__ void empty() {}" }
        let image = try CUDACompiler.compile(program, architecture: 999).image
        #expect(String(decoding: image, as: UTF8.self).contains(".entry empty"))
    }

    private func kernels(in log: String) throws -> [Kernel] {
        var kernels: [Kernel] = []
        for line in log.split(separator: "\n") {
            if let match = line.firstMatch(of: /Function properties for (\w+)/) {
                kernels.append(Kernel(name: String(match.1)))
            } else if let match = line.firstMatch(of: /(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes/)
            {
                kernels[kernels.count - 1].stack = Int(match.1)!
                kernels[kernels.count - 1].spills = Int(match.2)! + Int(match.3)!
            } else if let match = line.firstMatch(of: /Used (\d+) registers/) {
                kernels[kernels.count - 1].registers = Int(match.1)!
            }
        }
        return kernels
    }
}

@Suite struct CUDACompilerTests {
    /// Where tests are run for others, none may be left out.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["CI"] == "true" && isLinux))
    func isThereInContinuousIntegration() {
        #expect(CUDACompiler.problem == nil)
    }

    @Test func neuronsSayWhyThereIsNoKernel() {
        #expect(CUDANeurons.problem(.float64, steps: 4, elements: 9)?.contains("float64") == true)
        #expect(CUDANeurons.problem(.float32, steps: 257, elements: 9)?.contains("257") == true)
        #expect(CUDANeurons.problem(.float32, steps: 4, elements: 1 << 31)?.contains("2147483648") == true)
        #expect(CUDANeurons.problem(.float32, steps: 4, elements: 9) == CUDACompiler.problem)
    }

    private static var isLinux: Bool {
        #if os(Linux)
            true
        #else
            false
        #endif
    }
}
