import Testing
import TorchTensors

@Suite struct WorkerPlaceTests {
    private static let address = ["MASTER_ADDR": "node1", "MASTER_PORT": "29500"]

    private static func with(_ variables: [String: String]) -> [String: String] { address.merging(variables) { $1 } }

    @Test func noLauncherIsNoPlace() throws {
        #expect(try WorkerPlace.fromEnvironment([:]) == nil)
        #expect(try WorkerPlace.fromEnvironment(Self.address) == nil)
        // A batch script of SLURM that does not use srun.
        #expect(try WorkerPlace.fromEnvironment(["SLURM_PROCID": "0", "SLURM_NTASKS": "4"]) == nil)
        // A step of a single task needs no address.
        #expect(try WorkerPlace.fromEnvironment(["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"]) == nil)
        #expect(try WorkerPlace.fromEnvironment(["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"]) == nil)
    }

    @Test(arguments: [
        ["RANK": "2", "WORLD_SIZE": "4", "LOCAL_RANK": "1"],
        ["SLURM_PROCID": "2", "SLURM_NTASKS": "4", "SLURM_LOCALID": "1"],
        ["SLURM_PROCID": "2", "SLURM_STEP_NUM_TASKS": "4", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1"],
        ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "1"],
        ["PMI_RANK": "2", "PMI_SIZE": "4", "MPI_LOCALRANKID": "1"],
        // torchrun inside a step of srun: its own variables count.
        ["RANK": "2", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2"],
    ])
    func launchers(variables: [String: String]) throws {
        let place = try #require(try WorkerPlace.fromEnvironment(Self.with(variables)))
        #expect(place == WorkerPlace(rank: 2, size: 4, localRank: 1, host: "node1", port: 29500))
        #expect(!place.servesStore)
    }

    @Test func whatElseTorchrunSays() throws {
        let variables = Self.with([
            "RANK": "0", "WORLD_SIZE": "2", "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "3",
            "GLOO_SOCKET_IFNAME": "eth1",
        ])
        let place = try #require(try WorkerPlace.fromEnvironment(variables))
        #expect(place.launcherServes && !place.servesStore && place.attempt == 3 && place.interface == "eth1")
        #expect(place.prefix == "/worker/attempt_3/spikekit")
        #expect(WorkerPlace(rank: 0, size: 2, host: "node1", port: 1).servesStore)
    }

    @Test(arguments: [
        (["RANK": "0"], "process group: WORLD_SIZE is not set, though RANK or WORLD_SIZE is; start with torchrun"),
        (["RANK": "4", "WORLD_SIZE": "4"], "process group: RANK must be in 0...3, got “4”"),
        (["RANK": "-1", "WORLD_SIZE": "4"], "process group: RANK must be in 0...3, got “-1”"),
        (["RANK": "0", "WORLD_SIZE": "0"], "process group: WORLD_SIZE must be in 1...65535, got “0”"),
        (
            ["SLURM_PROCID": "x", "SLURM_NTASKS": "4"],
            "process group: SLURM_PROCID must be in 0...3, got “x”"
        ),
        (
            ["PMI_SIZE": "4"],
            "process group: PMI_RANK is not set, though PMI_RANK or PMI_SIZE is; pass it to mpirun with -genv"
        ),
        (
            ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "MASTER_PORT": "0"],
            "process group: MASTER_PORT must be in 1...65535, got “0”"
        ),
        (
            ["RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "2"],
            "process group: LOCAL_RANK must be in 0...1, got “2”"
        ),
        (
            ["RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": ""],
            "process group: MASTER_ADDR is not set; start with torchrun"
        ),
    ])
    func wrongVariables(variables: [String: String], message: String) {
        let error = #expect(throws: TensorError.self) { try WorkerPlace.fromEnvironment(Self.with(variables)) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (
            ["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "4"],
            "process group: MASTER_PORT is not set, though SLURM_PROCID or SLURM_STEP_NUM_TASKS is; export it before srun"
        ),
        (
            ["PMI_RANK": "1", "PMI_SIZE": "4", "MASTER_PORT": "29500"],
            "process group: MASTER_ADDR is not set; pass it to mpirun with -genv"
        ),
    ])
    func missingAddress(variables: [String: String], message: String) {
        let error = #expect(throws: TensorError.self) { try WorkerPlace.fromEnvironment(variables) }
        #expect(error?.description == message)
    }
}
