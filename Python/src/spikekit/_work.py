"""Calls of the library on several threads, which the keyboard can interrupt."""

import os
import threading

from .errors import CodecError

# Below this number of samples, threads cost more than they save.
_SAMPLES_PER_THREAD = 1 << 19
# Calls that take longer than this leave the main thread free to see an interrupt. In nanoseconds.
PATIENCE = 5e7


def in_parts(shape, threads, nanoseconds, work, stop):
    """Does work for parts of the rows, on several threads if it is worth while.

    Python sees Ctrl-C between two of its own steps only, in the main thread. So that long work in the library does not
    put it off, the work is done by other threads, and the main thread waits for them.

    :param shape: The number of rows and of samples.
    :param threads: The largest number of threads; None for as many as there are processors.
    :param nanoseconds: About what a sample costs.
    :param work: A function of the first row of a part and the row after its last.
    :param stop: A function that makes the work end soon.
    :returns: What it returned for each part.
    """
    count, samples = shape
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise CodecError(f"threads must be a whole number >= 1, got {threads!r}")
    size = count * samples
    is_long = size * nanoseconds > PATIENCE and threading.current_thread() is threading.main_thread()
    if not is_long and (count == 1 or size < 2 * _SAMPLES_PER_THREAD or threads == 1):
        return [work(0, count)]
    from queue import SimpleQueue

    workers = max(1, min(threads or os.cpu_count() or 1, count, size // _SAMPLES_PER_THREAD))
    # Whole groups of 16 rows, which are encoded at once, if every thread gets one.
    group = 16 if count >= 16 * workers else 1
    groups = -(-count // group)
    bounds = [min(count, group * (groups * index // workers)) for index in range(workers + 1)]
    results, done = [None] * workers, SimpleQueue()

    def run(index):
        error = None
        try:
            results[index] = work(bounds[index], bounds[index + 1])
        except BaseException as caught:
            error = caught
        done.put(error)

    try:
        for index in range(workers):
            threading.Thread(target=run, args=(index,), daemon=True).start()
        errors = [done.get() for _ in range(workers)]
    except BaseException:
        stop()
        raise
    for error in errors:
        if error is not None:
            raise error
    return results
