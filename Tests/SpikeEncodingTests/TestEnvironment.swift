import Foundation

/// The seed to repeat a run with.
let environmentSeed = ProcessInfo.processInfo.environment["SPIKEKIT_TEST_SEED"].flatMap(UInt64.init)

/// Resident memory of this process in bytes; nil where the system does not tell it this way.
func residentMemory() -> Int? {
    guard let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ") else {
        return nil
    }
    return Int(pages[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
}
