/// What the Python process runs. It is passed on the command line, so that it works wherever the program lies.
///
/// A request is a length (uint32), a kind (uint8) and its fields; a reply a length, a status (0, or 1 and the text
/// `kind<TAB>reason`) and its fields. All numbers are little-endian.
///
/// - make: count (uint32), name (text) → observation space, action space
/// - reset: has a seed (uint8), seed (uint64) → observations
/// - step: actions (int64 or float32) → has ended (uint8), rewards (float64), terminated, truncated (uint8),
///   observations, and where an episode has ended, what the step reached (float32)
enum GymnasiumScript {
    static let text = #"""
        import os, sys
        # Packages first, then the folder where the program was started.
        if sys.path and sys.path[0] == "":
            sys.path.append(sys.path.pop(0))
        import struct, threading


        def follow_parent():
            try:
                os.read(3, 1)
            finally:
                os._exit(0)


        threading.Thread(target=follow_parent, daemon=True).start()
        requests = os.fdopen(os.dup(0), "rb")
        replies = os.dup(1)
        # What environments read or print must not come between the messages.
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)


        class Refusal(Exception):
            pass


        def send(*parts):
            body = b"".join(parts)
            message = memoryview(struct.pack("<I", len(body)) + body)
            while message:
                message = message[os.write(replies, message) :]


        def one_line(error):
            text = " ".join(str(error).split())
            return (type(error).__name__ + (": " + text if text else ""))[:600]


        def load():
            try:
                import gymnasium
            except ModuleNotFoundError as error:
                raise Refusal("missing" if error.name == "gymnasium" else "load", one_line(error))
            except Exception as error:
                raise Refusal("load", one_line(error))
            version = getattr(gymnasium, "__version__", "0")
            if int(version.split(".")[0]) < 1:
                raise Refusal("outdated", "Gymnasium " + version)
            return gymnasium


        def text(value):
            data = value.encode()
            return struct.pack("<I", len(data)) + data


        class Environments:
            def __init__(self, name, count):
                gymnasium = load()
                import numpy

                self.numpy = numpy
                try:
                    self.copies = [gymnasium.make(name, disable_env_checker=True) for _ in range(count)]
                except Exception as error:
                    raise Refusal("make", one_line(error))
                self.count = count
                spaces = gymnasium.spaces
                observed = self.copies[0].observation_space
                if not isinstance(observed, spaces.Box) or observed.dtype.kind not in "fiu" or observed.low.size == 0:
                    raise Refusal("space", "its observations are " + " ".join(str(observed).split())[:300])
                self.flat = len(observed.shape) == 1
                self.observations = numpy.zeros((count, observed.low.size), numpy.float32)
                self.reached = numpy.zeros_like(self.observations)
                self.rewards = numpy.zeros(count, numpy.float64)
                self.terminated = numpy.zeros(count, numpy.uint8)
                self.truncated = numpy.zeros(count, numpy.uint8)
                acted = self.copies[0].action_space
                self.shape = ()
                if isinstance(acted, spaces.Discrete):
                    self.kind, self.start = 0, int(acted.start)
                    description = struct.pack("<BI", 0, int(acted.n))
                elif isinstance(acted, spaces.MultiDiscrete) and acted.nvec.ndim == 1:
                    self.kind, self.start = 1, acted.start
                    self.shape, self.type = acted.shape, acted.dtype
                    description = struct.pack("<BI", 1, acted.nvec.size) + acted.nvec.astype("<u4").tobytes()
                elif isinstance(acted, spaces.Box) and acted.dtype.kind == "f" and acted.low.size:
                    self.kind = 2
                    self.shape, self.type = acted.shape, acted.dtype
                    description = struct.pack("<B", 2) + self.box(acted)
                else:
                    raise Refusal("space", "its actions are " + " ".join(str(acted).split())[:300])
                self.description = self.box(observed) + description

            def box(self, space):
                head = struct.pack("<I", len(space.shape)) + b"".join(struct.pack("<I", n) for n in space.shape)
                return head + space.low.astype("<f4").tobytes() + space.high.astype("<f4").tobytes()

            def put(self, rows, index, observation):
                rows[index] = observation if self.flat else self.numpy.asarray(observation).reshape(-1)

            def reset(self, seed):
                for index, copy in enumerate(self.copies):
                    own = None if seed is None else (seed + index) % 2**63
                    self.put(self.observations, index, copy.reset(seed=own)[0])
                return self.observations.astype("<f4", copy=False).tobytes()

            def actions(self, data):
                if self.kind == 0:
                    start = self.start
                    return [start + n for n in struct.unpack("<%dq" % self.count, data)]
                values = self.numpy.frombuffer(data, "<i8" if self.kind == 1 else "<f4")
                values = values.reshape((self.count,) + self.shape)
                if self.kind == 1:
                    values = values + self.start
                return list(values.astype(self.type))

            def step(self, data):
                observations, rewards = self.observations, self.rewards
                terminated, truncated, put = self.terminated, self.truncated, self.put
                ended = []
                for index, action in enumerate(self.actions(data)):
                    observation, reward, is_terminated, is_truncated, _ = self.copies[index].step(action)
                    put(observations, index, observation)
                    rewards[index] = reward
                    terminated[index] = is_terminated
                    truncated[index] = is_truncated
                    if is_terminated or is_truncated:
                        ended.append(index)
                if ended:
                    self.reached[:] = observations
                    for index in ended:
                        put(observations, index, self.copies[index].reset()[0])
                parts = [
                    b"\1" if ended else b"\0",
                    rewards.astype("<f8", copy=False).tobytes(),
                    terminated.tobytes(),
                    truncated.tobytes(),
                    observations.astype("<f4", copy=False).tobytes(),
                ]
                if ended:
                    parts.append(self.reached.astype("<f4", copy=False).tobytes())
                return parts


        def serve():
            environments = None
            while True:
                head = requests.read(5)
                if len(head) < 5:
                    return
                length, kind = struct.unpack("<IB", head)
                data = requests.read(length - 1)
                if len(data) < length - 1:
                    return
                try:
                    if kind == 1:
                        count, size = struct.unpack_from("<II", data)
                        environments = Environments(data[8 : 8 + size].decode(), count)
                        send(b"\0", environments.description)
                    elif kind == 2:
                        has_seed, seed = struct.unpack("<BQ", data)
                        send(b"\0", environments.reset(seed if has_seed else None))
                    else:
                        send(b"\0", *environments.step(data))
                except Refusal as refusal:
                    send(b"\1", text("\t".join(refusal.args)))
                except Exception as error:
                    send(b"\1", text("failed\t" + one_line(error)))


        try:
            serve()
        except (BrokenPipeError, KeyboardInterrupt):
            pass
        os._exit(0)
        """#
}
