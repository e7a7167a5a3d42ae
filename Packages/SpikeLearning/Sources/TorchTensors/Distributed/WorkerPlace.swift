#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The place of this process in a group of processes, as the environment variables of a launcher describe it.
///
/// | launcher | rank | size | rank on the machine |
/// | --- | --- | --- | --- |
/// | `torchrun`, `spike train --workers` | RANK | WORLD_SIZE | LOCAL_RANK |
/// | SLURM's `srun` | SLURM_PROCID | SLURM_STEP_NUM_TASKS or SLURM_NTASKS | SLURM_LOCALID |
/// | Open MPI | OMPI_COMM_WORLD_RANK | OMPI_COMM_WORLD_SIZE | OMPI_COMM_WORLD_LOCAL_RANK |
/// | MPICH, Intel MPI | PMI_RANK | PMI_SIZE | MPI_LOCALRANKID |
///
/// The first of these launchers that has set one of its variables counts. MASTER_ADDR and MASTER_PORT are the address of
/// rank 0; `torchrun` sets them, and the user of another launcher does.
public struct WorkerPlace: Sendable, Hashable {
    /// The index of this process in the group, from 0.
    public var rank: Int
    /// The number of processes in the group.
    public var size: Int
    /// The index of this process among those on its machine, from 0.
    public var localRank: Int
    /// The host of the store.
    public var host: String
    /// The port of the store.
    public var port: Int
    /// Whether the launcher serves the store. Otherwise, rank 0 does.
    public var launcherServes: Bool
    /// The number of times that the launcher has started the group again.
    public var attempt: Int
    /// The network interface for messages, such as `lo`; `nil` for that of the computer's host name.
    public var interface: String?

    /// Creates a place; the properties of the same names describe the parameters.
    public init(
        rank: Int, size: Int, localRank: Int = 0, host: String, port: Int, launcherServes: Bool = false,
        attempt: Int = 0, interface: String? = nil
    ) {
        self.rank = rank
        self.size = size
        self.localRank = localRank
        self.host = host
        self.port = port
        self.launcherServes = launcherServes
        self.attempt = attempt
        self.interface = interface
    }

    private struct Launcher {
        let rank: String
        let sizes: [String]
        let localRank: String
        let advice: String
    }

    private static let launchers = [
        Launcher(
            rank: "RANK", sizes: ["WORLD_SIZE"], localRank: "LOCAL_RANK", advice: "start with torchrun"),
        Launcher(
            rank: "SLURM_PROCID", sizes: ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"], localRank: "SLURM_LOCALID",
            advice: "export it before srun"),
        Launcher(
            rank: "OMPI_COMM_WORLD_RANK", sizes: ["OMPI_COMM_WORLD_SIZE"], localRank: "OMPI_COMM_WORLD_LOCAL_RANK",
            advice: "pass it to mpirun with -x"),
        Launcher(
            rank: "PMI_RANK", sizes: ["PMI_SIZE"], localRank: "MPI_LOCALRANKID",
            advice: "pass it to mpirun with -genv"),
    ]

    /// Reads the place from environment variables.
    ///
    /// A batch script of SLURM has SLURM_PROCID and SLURM_NTASKS even if `srun` did not start the program. They count
    /// only inside a step of `srun`, which sets SLURM_STEP_NUM_TASKS, or if MASTER_ADDR is set.
    ///
    /// - Parameter environment: The environment variables; `nil` for those of this process.
    /// - Returns: The place; `nil` if no launcher has set its variables, so that this process trains alone.
    /// - Throws: `TensorError` if a variable is missing or invalid.
    public static func fromEnvironment(_ environment: [String: String]? = nil) throws(TensorError) -> WorkerPlace? {
        func text(_ name: String) -> String? {
            if let environment { return environment[name] }
            return getenv(name).map { String(cString: $0) }
        }
        func isUsed(_ launcher: Launcher) -> Bool {
            if launcher.rank == "SLURM_PROCID", text("SLURM_STEP_NUM_TASKS") == nil, text("MASTER_ADDR") == nil {
                return false
            }
            return ([launcher.rank] + launcher.sizes).contains { text($0) != nil }
        }
        guard let launcher = launchers.first(where: isUsed) else { return nil }
        let sizeName = launcher.sizes.first { text($0) != nil } ?? launcher.sizes[0]
        func number(_ name: String, _ range: Range<Int>, default usual: Int? = nil) throws(TensorError) -> Int {
            guard let value = text(name) else {
                if let usual { return usual }
                throw TensorError(
                    "process group: \(name) is not set, though \(launcher.rank) or \(sizeName) is; \(launcher.advice)")
            }
            guard let number = Int(value), range.contains(number) else {
                throw TensorError(
                    "process group: \(name) must be in \(range.lowerBound)...\(range.upperBound - 1), got “\(value)”")
            }
            return number
        }
        let size = try number(sizeName, 1..<65_536)
        let rank = try number(launcher.rank, 0..<size)
        // A step of srun with one task, or mpirun -n 1, needs no address.
        if size == 1, launcher.rank != "RANK", text("MASTER_ADDR") == nil { return nil }
        let port = try number("MASTER_PORT", 1..<65_536)
        guard let host = text("MASTER_ADDR"), !host.isEmpty else {
            throw TensorError("process group: MASTER_ADDR is not set; \(launcher.advice)")
        }
        return WorkerPlace(
            rank: rank, size: size, localRank: try number(launcher.localRank, 0..<size, default: 0), host: host,
            port: port, launcherServes: text("TORCHELASTIC_USE_AGENT_STORE") == "True",
            attempt: try number("TORCHELASTIC_RESTART_COUNT", 0..<Int.max, default: 0),
            interface: text("GLOO_SOCKET_IFNAME"))
    }

    /// Whether this process serves the store.
    public var servesStore: Bool { rank == 0 && !launcherServes }

    /// The prefix of the keys of this attempt in the store.
    public var prefix: String { "/worker/attempt_\(attempt)/spikekit" }
}
