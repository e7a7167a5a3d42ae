import ArgumentParser
import SpikeCommandLine

@main
enum Main {
    static func main() {
        Spike.runAsProgram(withHelpHandedOver(Array(CommandLine.arguments.dropFirst())))
    }
}

struct Spike: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spike",
        abstract: "Turns recordings into spikes and back, and finds the spike code that suits a recording.",
        discussion: """
            Recordings are CSV (a column a channel, with or without header and time), NPY (channels × samples), WAV, FLAC, \
            OGG or AIFF. Spikes are HDF5 (can be decoded), NPY or CSV events. Events of cameras are EVT2, EVT3, DAT, AEDAT, \
            N-MNIST, NPY or HDF5; `info`, `convert` and `plot` read them. `stream` encodes samples as they arrive.

            Try `spike demo`, then `spike compare YOUR-FILE --output report.html`.
            """,
        version: ProgramVersion.text,
        subcommands: [
            DemoCommand.self, EncodeCommand.self, DecodeCommand.self, StreamCommand.self, TuneCommand.self,
            CompareCommand.self,
            CodecsCommand.self, PlotCommand.self, ConvertCommand.self, InfoCommand.self, GymCommand.self,
        ],
        groupedSubcommands: [CommandGroup(name: "Learning (with LibTorch)", subcommands: learningCommands())])
}
