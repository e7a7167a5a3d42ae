import ArgumentParser
import SpikeCommandLine

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Says what is in a file of events, spikes or a recording, and how it is understood.",
        discussion: """
            spike info events.raw
            spike info ecg.csv
            spike info spikes.h5 --json

            A recording is shown with its sampling rate, start and unit, and each channel's range. Events are counted, with \
            the size of the sensor, their times, and what was left out.
            """)

    @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "FILE"))
    var file: String

    @OptionGroup var reading: ReadingOptionGroup

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let content = try openContent(file, reading.options)
        content.announce(json: json)
        if json { print(try readableJSON(content.information)) }
    }
}
