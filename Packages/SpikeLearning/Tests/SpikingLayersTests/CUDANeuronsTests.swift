import TestSupport
import Testing

@testable import SpikingLayers
@testable import TorchTensors

/// What is computed on the processor before CUDA kernels start: their form, their size, and their settings.
@Suite(.leavesNothing) struct CUDANeuronsTests {
    @Test func boundsOfTheKernels() {
        for dtype in [DType.float32, .bfloat16, .float16] {
            let most = CUDANeurons.problem(dtype, steps: 256, elements: 1 << 31 - 1)
            #expect(most == CUDACompiler.problem, "\(dtype)")
        }
        #expect(CUDANeurons.greatestSteps == 256 && CUDANeurons.threads == 256)
        #expect(CUDANeurons.problem(.float64, steps: 1, elements: 1) != CUDACompiler.problem)
    }

    @Test func neuronsOfOneThread() throws {
        func width(_ steps: Int, _ neighbors: Int, _ tensors: [Tensor] = []) -> Int {
            CUDANeurons.width(steps: steps, neighbors: neighbors, tensors)
        }
        #expect([1, 4, 5, 8, 9, 100].map { width($0, 32) } == [4, 4, 2, 2, 1, 1])
        #expect([4, 6, 7, 12].map { width(4, $0) } == [4, 2, 1, 4])
        #expect([6, 7].map { width(8, $0) } == [2, 1])
        // Four numbers of float32 take 16 bytes, and two take 8.
        let aligned = try Tensor.zeros([64])
        #expect(width(4, 32, [aligned]) == 4)
        for (start, expected) in [(4, 4), (2, 2), (1, 1), (3, 1)] {
            #expect(width(4, 32, [aligned, try aligned[start..<start + 32]]) == expected, "\(start)")
        }
        let short = try Tensor.zeros([64]).to(.bfloat16)
        #expect(try width(4, 32, [short, short[4..<36]]) == 4 && width(4, 32, [short, short[2..<34]]) == 2)
    }

    @Test func numbersOfBlocks() {
        #expect([1, 256, 257, 512].map { CUDANeurons.blocks($0).x } == [1, 1, 2, 2])
        let few = CUDANeurons.Summation(columns: 33, columnThreads: 32, rows: 100, rowsPerThread: 8)
        #expect(few.threads.x == 32 && few.threads.y == 8 && few.blocks.x == 2 && few.blocks.y == 2 && few.parts == 2)
        let exact = CUDANeurons.Summation(columns: 64, columnThreads: 32, rows: 64, rowsPerThread: 8)
        #expect(exact.blocks.x == 2 && exact.blocks.y == 1)
        let none = CUDANeurons.Summation(columns: 1, columnThreads: 1, rows: 0, rowsPerThread: 8)
        #expect(none.threads.y == 256 && none.blocks.x == 1 && none.blocks.y == 1)
        let many = CUDANeurons.Summation(columns: 1, columnThreads: 1, rows: 1 << 30, rowsPerThread: 8)
        #expect(many.blocks.y == 1024)
        let wide = CUDANeurons.Summation(columns: 32 * 64, columnThreads: 32, rows: 1 << 30, rowsPerThread: 4)
        #expect(wide.blocks.x == 64 && wide.blocks.y == 32)
        let between = CUDANeurons.Summation(columns: 32 * 10, columnThreads: 32, rows: 1 << 30, rowsPerThread: 4)
        #expect(between.blocks.x == 10 && between.blocks.y == 102)
    }

    @Test func columnsOfSums() throws {
        let inside = ChannelLayout(try Tensor.zeros([2, 3, 5]).permuted(0, 2, 1), dimension: 1)
        #expect(inside.channels == 5 && inside.run == 1)
        #expect(CUDANeurons.Summation(inside, neurons: 30).threads.x == 32)
        let outside = ChannelLayout(try Tensor.zeros([2, 5, 3]), dimension: 1)
        #expect(outside.run == 3 && CUDANeurons.Summation(outside, neurons: 30).threads.x == 1)
        #expect(ChannelLayout(try Tensor.zeros([2, 1, 3]), dimension: 1).run == 6)
        #expect(ChannelLayout(try Tensor.zeros([2, 1, 0]), dimension: 1).run == 1)
    }

    private func macros(_ program: CUDAProgram) -> [String: String] {
        Dictionary(uniqueKeysWithValues: program.macros.map { ("\($0.name)", "\($0.value)") })
    }

    @Test func settingsOfPrograms() {
        func settings(_ dynamics: LIFDynamics) -> [String: String] {
            macros(CUDANeurons.Source.lif.program(steps: 3, width: 2, .float32, dynamics.macros))
        }
        let plain = settings(LIFDynamics())
        #expect(plain["STEPS"] == "3" && plain["WIDTH"] == "2" && plain["ELEMENT"] == "0")
        #expect(plain["DECAY"] == "0" && plain["RESET"] == "0" && plain["DETACHES"] == "1" && plain["SURROGATE"] == "0")
        let power = settings(LIFDynamics(decay: .timeConstant(4), reset: .toZero, detachesReset: false))
        #expect(power["DECAY"] == "2" && power["RESET"] == "1" && power["DETACHES"] == "0")
        #expect(settings(LIFDynamics(decay: .timeConstant(3)))["DECAY"] == "1")
        for (number, surrogate) in [
            SurrogateGradient.sigmoid(), .arctangent(), .triangle(), .fastSigmoid(), .rectangle(),
        ].enumerated() {
            #expect(settings(LIFDynamics(surrogate: surrogate))["SURROGATE"] == "\(number)", "\(surrogate)")
        }
        for (dtype, element) in [(DType.float32, "0"), (.bfloat16, "1"), (.float16, "2")] {
            let program = CUDANeurons.Source.lif.program(steps: 1, width: 1, dtype, [])
            #expect(macros(program)["ELEMENT"] == element)
        }
    }

    @Test func numbersOfPrograms() {
        #expect(SurrogateGradient.sigmoid(slope: 3).numbers == [3, 0])
        #expect(SurrogateGradient.triangle(slope: 3).numbers == [3, 0])
        #expect(SurrogateGradient.fastSigmoid(slope: 3).numbers == [3, 0])
        #expect(SurrogateGradient.arctangent(slope: 3).numbers == [1.5, Float(1.5 * Double.pi)])
        #expect(SurrogateGradient.rectangle(width: 4).numbers == [2, 0.25])
        guard case .floats(let factor) = LIFDynamics(decay: .factor(0.75), threshold: 2).numbers,
            case .floats(let constant) = LIFDynamics(decay: .timeConstant(4), surrogate: .triangle(slope: 5)).numbers
        else {
            Issue.record("the numbers are floats")
            return
        }
        #expect(factor == [2, 0.75, 0.75, 1, 4, 0] && constant == [1, 4, 0.75, 0.25, 5, 0])
    }
}
