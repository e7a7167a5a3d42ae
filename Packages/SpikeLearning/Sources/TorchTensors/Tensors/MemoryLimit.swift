import Foundation

/// The amount of memory that this process may use, and the origin of this limit.
public struct MemoryLimit: Sendable, Hashable {
    /// The possible origins of a memory limit.
    public enum Origin: Sendable, Hashable {
        /// The physical memory of the computer.
        case machine
        /// A limit of the process, such as one set by `ulimit -v`.
        case process
        /// A limit of the process's control group, such as a container's (Linux, version 2).
        case group
    }

    /// The limit in bytes, above 0.
    public let bytes: Double
    /// The origin of the limit.
    public let origin: Origin

    /// Creates a limit.
    ///
    /// - Parameters:
    ///   - bytes: The limit in bytes, above 0.
    ///   - origin: The origin of the limit.
    public init(bytes: Double, origin: Origin = .machine) {
        self.bytes = bytes
        self.origin = origin
    }

    /// The smallest of the computer's memory, the process's limits and the limits of its control groups.
    public static var current: MemoryLimit {
        var limits = [MemoryLimit(bytes: Double(ProcessInfo.processInfo.physicalMemory))]
        for bytes in [resource(RLIMIT_AS), resource(RLIMIT_DATA)].compactMap({ $0 }) {
            limits.append(MemoryLimit(bytes: bytes, origin: .process))
        }
        #if os(Linux)
            if let bytes = group(of: "/proc/self/cgroup", root: "/sys/fs/cgroup") {
                limits.append(MemoryLimit(bytes: bytes, origin: .group))
            }
        #endif
        return limits.min { $0.bytes < $1.bytes }!
    }

    /// A description of the limit, such as `this machine has 16.0 GB`.
    public var text: String {
        let size = String(format: "%.1f GB", bytes / 1e9)
        return switch origin {
        case .machine: "this machine has \(size)"
        case .process: "this process is limited to \(size) (ulimit -v)"
        case .group: "this process is limited to \(size) (memory.max of its control group)"
        }
    }

    /// Returns the smallest `memory.max`, in bytes, of a process's control group and the groups above it, or `nil` if
    /// there is no limit.
    ///
    /// - Parameters:
    ///   - path: A file in the form of `/proc/self/cgroup`, with a line `0::/group/within`.
    ///   - root: The directory that contains the directories of the groups.
    static func group(of path: String, root: String) -> Double? {
        func text(_ path: String) -> String? {
            FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let line = text(path)?.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        var folder = root
        var limits: [Double] = []
        for name in [""] + line.dropFirst(4).split(separator: "/").map(String.init) {
            folder += name.isEmpty ? "" : "/\(name)"
            guard let limit = text("\(folder)/memory.max") else { continue }
            if let bytes = Double(limit.trimmingCharacters(in: .whitespacesAndNewlines)), bytes > 0 {
                limits.append(bytes)
            }
        }
        return limits.min()
    }

    #if os(Linux)
        private typealias Resource = __rlimit_resource
    #else
        private typealias Resource = Int32
    #endif

    /// Returns the limit of a resource of this process in bytes, or `nil` if there is no limit.
    private static func resource(_ resource: Resource) -> Double? {
        var limit = rlimit()
        #if os(Linux)
            let status = getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        #else
            let status = getrlimit(resource, &limit)
        #endif
        // The system represents "no limit" by its largest number.
        guard status == 0, limit.rlim_cur > 0, Double(limit.rlim_cur) < 0x1p60 else { return nil }
        return Double(limit.rlim_cur)
    }
}
