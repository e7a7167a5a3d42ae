import Testing

@testable import SpikeReports

/// What else it does, `ErrorPlotTests` hold.
struct ScatterPlotTests {
    @Test func axesAreNamed() {
        let plot = ScatterPlot(
            title: "Accuracy against energy", x: AxisLabel("energy", unit: "µJ"), y: AxisLabel("accuracy", unit: "%"),
            series: [
                ScatterSeries(name: "phase", points: [.init(x: 1, y: 92)]),
                ScatterSeries(name: "rate", points: [.init(x: 1.5, y: 93)]),
            ])
        let parsed = expectSoundImage(plot.svg)
        for text in ["phase", "rate", "energy / µJ", "accuracy / %"] { #expect(parsed.labels.contains(text)) }
        #expect(parsed.all("desc").map(\.text) == ["accuracy against energy of phase, rate."])
    }
}
