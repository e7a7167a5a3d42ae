import Foundation

/// The seed to repeat a run with.
let environmentSeed = ProcessInfo.processInfo.environment["SPIKEKIT_TEST_SEED"].flatMap(UInt64.init)
