import Testing

@testable import SpikeKernels

@Suite struct PulseWidthTests {
    /// The carrier by the remainder that defines it, which the kernel takes by conversion.
    @Test func theCarrierIsTheFractionOfItsPhase() {
        for frequency in [0.001, 0.3, 1, 1.5, 20, 33.3, 100, 499.5, 998, 999] as [Float] {
            var period: [Float] = [0]
            while period.count < 1000 {
                let phase = frequency * Float(Double(period.count) * (1 / 999.0))
                let next = phase.truncatingRemainder(dividingBy: 1)
                if next < period.last! { break }
                period.append(next)
            }
            #expect(Sawtooth(frequency: frequency).period == period, "\(frequency)")
        }
    }

    /// A carrier of four steps: 0, 1/4, 1/2, 3/4, nearly.
    @Test func decodingDrawsLinesBetweenSpikes() {
        let scale = UnitScale(minimum: 0, maximum: 2)
        let carrier = Sawtooth(frequency: 249.75).period
        #expect(carrier.map { ($0 * 4).rounded() } == [0, 1, 2, 3])
        let spikes: [Int8] = [0, 0, 0, 1, 0, 0]
        var signal = [Float](repeating: 9, count: 6)
        let decoder = PulseWidthDecoder(frequency: 249.75, scale: scale, initialValue: 0.25)
        spikes.withUnsafeBufferPointer { decoder.decode($0, into: &signal) }
        let peak = 2 * carrier[2]
        #expect(signal[0] == 0.25 && signal[3] == peak && signal[5] == peak)
        #expect(abs(signal[1] - (0.25 + (peak - 0.25) / 3)) < 1e-6)
        let reference = PulseWidthDecoder(
            frequency: 249.75, scale: scale, initialValue: 0.25, variant: .reference)
        spikes.withUnsafeBufferPointer { reference.decode($0, into: &signal) }
        #expect(signal[5] == 2 * (1 - carrier[0]))
    }
}
