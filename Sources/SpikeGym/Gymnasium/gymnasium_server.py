"""Gymnasium's environments for SpikeKit, which talks to this process over its standard input and output.

A request is a length (uint32), a kind (uint8) and its fields; a reply is a length, a status (0, or 1 and the text
`kind<TAB>reason`) and its fields. All numbers are little-endian.

- make: count (uint32), name (text) -> space of the flattened observations, action space, names of features
- reset: has a seed (uint8), seed (uint64) -> observations
- step: actions (int64 or float32) -> has ended (uint8), rewards (float64), terminated, truncated (uint8),
  observations, and where an episode has ended, what the step reached (float32)
"""

import os, sys
# Look for modules in packages first, then in the folder where the program was started.
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
# Input and output of the environments must not mix with the messages.
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


def short(space):
    return " ".join(str(space).split())[:300]


class Part:
    """Where a space without parts lies in an observation, and in the row of numbers that it becomes."""

    def __init__(self, space, path, start, size):
        self.space, self.path, self.start, self.size = space, path, start, size
        # For one-hot spaces: the number of alternatives of each choice. `first` and `places` then hold the number of
        # each choice's first alternative and its place in the row.
        self.counts = None


class Flattening:
    """How observations become rows of numbers: in the order of gymnasium.spaces.utils.flatten."""

    def __init__(self, spaces, numpy, space, copies):
        self.spaces, self.numpy = spaces, numpy
        self.parts, self.size = [], 0
        self.collect(space, ())
        if self.size == 0:
            raise Refusal("space", "its observations are " + short(space))
        if self.size * copies > 2**26:
            raise Refusal(
                "make", "%d features in each of %d copies are too many; observe less" % (self.size, copies)
            )
        self.whole = isinstance(space, spaces.Box)
        self.shape = space.shape if self.whole else (self.size,)
        # Observations that are rows of numbers already are copied unchanged.
        self.plain = self.whole and len(self.shape) == 1
        self.low, self.high = numpy.zeros(self.size), numpy.ones(self.size)
        for part in self.parts:
            self.prepare(part)

    def collect(self, space, path):
        spaces = self.spaces
        if isinstance(space, spaces.Dict):
            for key, part in space.spaces.items():
                self.collect(part, path + (key,))
            return
        if isinstance(space, spaces.Tuple):
            for index, part in enumerate(space.spaces):
                self.collect(part, path + (index,))
            return
        if isinstance(space, spaces.Discrete):
            size = int(space.n)
        elif isinstance(space, spaces.MultiDiscrete):
            size = sum(int(n) for n in space.nvec.flat)
        elif isinstance(space, (spaces.Box, spaces.MultiBinary)):
            size = 1
            for length in space.shape:
                size *= int(length)
        else:
            raise Refusal("space", "its observations hold " + short(space))
        self.parts.append(Part(space, path, self.size, size))
        self.size += size

    def prepare(self, part):
        numpy, spaces, space = self.numpy, self.spaces, part.space
        if isinstance(space, spaces.Box):
            places = slice(part.start, part.start + part.size)
            self.low[places], self.high[places] = self.bounds(space)
        elif isinstance(space, spaces.Discrete):
            part.counts, part.first = numpy.array([int(space.n)]), numpy.array([int(space.start)])
        elif isinstance(space, spaces.MultiDiscrete):
            part.counts = space.nvec.reshape(-1).astype(numpy.int64)
            part.first = numpy.broadcast_to(space.start, space.nvec.shape).reshape(-1).astype(numpy.int64)
        if part.counts is not None:
            part.places = part.start + numpy.cumsum(part.counts) - part.counts

    def bounds(self, space):
        # A bound at the end of a type's range means that there is none, unless the type has few values.
        numpy, kind = self.numpy, space.dtype
        low = space.low.reshape(-1).astype(numpy.float64)
        high = space.high.reshape(-1).astype(numpy.float64)
        if kind.kind == "f":
            low[low <= float(numpy.finfo(kind).min)] = -numpy.inf
            high[high >= float(numpy.finfo(kind).max)] = numpy.inf
        elif kind.kind in "iu" and kind.itemsize >= 4:
            if kind.kind == "i":
                low[low <= float(numpy.iinfo(kind).min)] = -numpy.inf
            # Gymnasium's value for infinity is slightly below the largest number.
            high[high >= float(int(numpy.iinfo(kind).max) - 2)] = numpy.inf
        return low, high

    def description(self):
        shape = struct.pack("<I", len(self.shape)) + b"".join(struct.pack("<I", n) for n in self.shape)
        with self.numpy.errstate(over="ignore"):
            return shape + self.low.astype("<f4").tobytes() + self.high.astype("<f4").tobytes()

    def names(self):
        # A single Box has no names, and so many names would be of no use.
        if self.whole or self.size > 2**16:
            return []
        names = []
        for part in self.parts:
            base = ".".join(str(key) for key in part.path) or "value"
            shape = part.space.nvec.shape if isinstance(part.space, self.spaces.MultiDiscrete) else part.space.shape
            for number, index in enumerate(self.numpy.ndindex(shape)):
                name = base + "".join("[%d]" % place for place in index)
                if part.counts is None:
                    names.append(name)
                else:
                    first = int(part.first[number])
                    names += ["%s=%d" % (name, first + n) for n in range(int(part.counts[number]))]
        return ["".join(c if c.isprintable() else " " for c in name) for name in names]

    def put(self, rows, index, observation):
        if self.plain:
            rows[index] = observation
            return
        row, numpy = rows[index], self.numpy
        for part in self.parts:
            value = observation
            for key in part.path:
                value = value[key]
            if part.counts is None:
                values, expected = numpy.asarray(value).reshape(-1), part.size
            else:
                values, expected = numpy.asarray(value, numpy.int64).reshape(-1), part.counts.size
            if values.size != expected:
                raise ValueError("an observation has %d values of %s" % (values.size, short(part.space)))
            if part.counts is None:
                row[part.start : part.start + part.size] = values
                continue
            choices = values - part.first
            if (choices < 0).any() or (choices >= part.counts).any():
                raise ValueError("the observation %s is not in %s" % (short(value), short(part.space)))
            row[part.start : part.start + part.size] = 0
            row[part.places + choices] = 1


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
        observed = Flattening(spaces, numpy, self.copies[0].observation_space, count)
        self.put = observed.put
        self.observations = numpy.zeros((count, observed.size), numpy.float32)
        self.reached = numpy.zeros_like(self.observations)
        self.rewards = numpy.zeros(count, numpy.float64)
        self.terminated = numpy.zeros(count, numpy.uint8)
        self.truncated = numpy.zeros(count, numpy.uint8)
        acted = self.copies[0].action_space
        self.shape = ()
        counts = [acted.n] if isinstance(acted, spaces.Discrete) else getattr(acted, "nvec", numpy.zeros(0)).flat
        if sum(int(n) for n in counts) > 2**20:
            raise Refusal("make", "it has more than 1048576 actions; wrap it so that it has fewer")
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
            raise Refusal("space", "its actions are " + short(acted))
        names = observed.names()
        self.description = b"".join(
            [observed.description(), description, struct.pack("<I", len(names))] + [text(n) for n in names]
        )

    def box(self, space):
        head = struct.pack("<I", len(space.shape)) + b"".join(struct.pack("<I", n) for n in space.shape)
        return head + space.low.astype("<f4").tobytes() + space.high.astype("<f4").tobytes()

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
