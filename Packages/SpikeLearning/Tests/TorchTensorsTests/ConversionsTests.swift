import SpikeEncoding
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ConversionsTests {
    private let signal = Signal(
        channels: [[1, 2, 3], [4, .nan, 6]], samplingRate: 50, channelNames: ["a", "b"], unit: "mV")

    @Test func signalsAreChannelsBySamples() throws {
        for tensor in try [Tensor(signal), Tensor(sharing: signal)] {
            #expect(tensor.dtype == .float32 && tensor.shape == [2, 3])
            let found = try Signal(tensor, samplingRate: 50, channelNames: ["a", "b"], unit: "mV")
            #expect(found.values.map(\.bitPattern) == signal.values.map(\.bitPattern))
            #expect(found.samplingRate == 50 && found.channelNames == ["a", "b"] && found.unit == "mV")
        }
        let transposed = try Signal(Tensor(signal).transposed())
        #expect(transposed.channelCount == 3 && Array(transposed.channel(0)) == [1, 4])
        #expect(transposed.samplingRate == nil && transposed.channelNames == [] && transposed.unit == nil)
    }

    @Test func emptySignals() throws {
        let none = Signal(values: [], channelCount: 2)
        #expect(try Tensor(none).shape == [2, 0])
        #expect(try Tensor(sharing: none).shape == [2, 0])
        #expect(try Signal(Tensor(none)) == none)
        #expect(try Signal(Tensor(unset: [0, 5])) == Signal(values: [], channelCount: 0))
    }

    @Test func sharingCopiesNothing() throws {
        func address<Element: TensorElement>(_ tensor: Tensor, _: Element.Type) throws -> UnsafeRawPointer? {
            try tensor.withUnsafeElements(of: Element.self) { UnsafeRawPointer($0.baseAddress) }
        }
        func address<Element>(_ values: [Element]) -> UnsafeRawPointer? {
            values.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
        }
        #expect(try address(Tensor(sharing: signal), Float.self) == address(signal.values))
        #expect(try address(Tensor(signal), Float.self) != address(signal.values))
        let train = SpikeTrain(signs: [0, 1, -1, 0], unitCount: 2)
        #expect(try address(Tensor(sharing: train), Int8.self) == address(train.signs))
        #expect(try address(Tensor(train), Int8.self) != address(train.signs))
    }

    @Test func otherTensorsAreNoSignals() throws {
        #expect(
            message { _ = try Signal(Tensor.zeros([3])) } == "signal: [channels, samples] is needed, got shape [3]")
        #expect(
            message { _ = try Signal(Tensor.zeros([1, 2, 3])) }
                == "signal: [channels, samples] is needed, got shape [1, 2, 3]")
        #expect(
            message { _ = try Signal(Tensor.zeros([2, 3], dtype: .float64)) }
                == "signal: float32 is needed, got float64; convert the tensor first")
    }

    @Test func trainsAreUnitsBySteps() throws {
        let signs = SpikeTrain(signs: [0, 1, -1, 1, 0, 0], unitCount: 2)
        let graded = SpikeTrain(amplitudes: [0, 0.5, -2, 1, 0, 0], unitCount: 3)
        let none = SpikeTrain(signs: [], unitCount: 4)
        for (train, dtype) in [(signs, DType.int8), (graded, .float32), (none, .int8)] {
            for tensor in try [Tensor(train), Tensor(sharing: train)] {
                #expect(tensor.dtype == dtype && tensor.shape == [train.unitCount, train.stepCount])
                #expect(try SpikeTrain(tensor) == train)
            }
        }
        #expect(try Array(SpikeTrain(Tensor(signs).transposed()).unit(0)) == [0, 1])
    }

    @Test func otherTensorsAreNoTrains() throws {
        #expect(
            message { _ = try SpikeTrain(Tensor([0, 1, 1, 0, 2, 0] as [Int8], shape: [2, 3])) }
                == "spike train: a sign is -1, 0 or 1, got 2 for unit 1 at step 1")
        #expect(
            message { _ = try SpikeTrain(Tensor([0, 1, .nan] as [Float], shape: [1, 3])) }
                == "spike train: an amplitude is finite, got nan for unit 0 at step 2")
        #expect(
            message { _ = try SpikeTrain(Tensor.zeros([4], dtype: .int8)) }
                == "spike train: [units, steps] is needed, got shape [4]")
        #expect(
            message { _ = try SpikeTrain(Tensor.zeros([2, 2], dtype: .bool)) }
                == "spike train: int8 (signs) or float32 (amplitudes) is needed, got bool; convert the tensor first")
    }
}
