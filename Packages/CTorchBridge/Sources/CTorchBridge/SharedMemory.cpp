// Sums over processes of one machine, through a file that all of them map.
//
// Each process has two slots in the file, and a counter of the messages that it has written. To add up message n, a
// process writes its own tensor into its slot n mod 2, sets its counter to n, waits until all counters are at least n,
// and adds up the slots. A process begins message n + 2 only after all have set their counters to n + 1, hence have read
// message n, so that two slots are enough.
//
// A process that waits asks again and again for some ten microseconds, because the others often are almost there. Then it
// sleeps, so that it takes no time from others if there are more processes than cores, and looks several times per second
// whether the others still live: each process locks the byte of the file with the number of its rank, and the system
// unlocks it when the process ends, for whatever reason.
#include "SharedMemory.h"

#include <ATen/core/Tensor.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

#include "Guarded.hpp"

using namespace bridge;

namespace {

/// Throws an error with the system's reason.
[[noreturn]] void fail(const std::string &what, int number = errno) {
    throw std::system_error(number, std::generic_category(), what);
}

class SharedMemory {
public:
    SharedMemory(const char *path, bool creates, int32_t rank, int32_t size, size_t capacity, double timeout)
        : rank(rank), size(size), capacity(capacity), timeout(timeout) {
        bytes = sizeof(Head) + size * (sizeof(Counter) + 2 * capacity);
        file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (creates ? O_CREAT | O_EXCL : 0), 0600);
        if (file < 0) fail(path);
        try {
            if (creates) reserve(path);
            struct stat status;
            if (fstat(file, &status) != 0) fail(path);
            if (static_cast<size_t>(status.st_size) != bytes) fail(path, EINVAL);
            auto own = lockOf(rank);
            if (fcntl(file, setLock, &own) != 0) fail(path);
            auto *start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (start == MAP_FAILED) fail(path);
            // The system has filled the file with zeros, which is what the counters begin with.
            head = static_cast<Head *>(start);
        } catch (...) {
            close(file);
            throw;
        }
    }

    ~SharedMemory() {
        munmap(head, bytes);
        close(file);
    }

    SharedMemory(const SharedMemory &) = delete;
    SharedMemory &operator=(const SharedMemory &) = delete;

    template <typename Element>
    void sum(Element *values, size_t count) {
        size_t size = count * sizeof(Element);
        if (size > capacity) throw std::invalid_argument("the tensor is larger than the memory that processes share");
        number += 1;
        memcpy(slot(rank), values, size);
        counters()[rank].value.store(number);
        head->changes.fetch_add(1);
        if (head->sleepers.load() > 0) wakeAll();
        await();
        addUp(values, count);
    }

private:
    struct alignas(64) Head {
        /// Changes whenever a process has written a message; processes sleep until it does.
        std::atomic<uint32_t> changes;
        std::atomic<uint32_t> sleepers;
    };

    struct alignas(64) Counter {
        /// The number of messages that a process has written.
        std::atomic<uint64_t> value;
    };

    static_assert(std::atomic<uint32_t>::is_always_lock_free && std::atomic<uint64_t>::is_always_lock_free);

    const int32_t rank, size;
    const size_t capacity;
    const std::chrono::duration<double> timeout;
    size_t bytes;
    int file;
    Head *head;
    /// The number of the current message, from 1.
    uint64_t number = 0;

    Counter *counters() const { return reinterpret_cast<Counter *>(head + 1); }

    /// The slot of a process for the current message.
    void *slot(int32_t rank) const {
        return reinterpret_cast<char *>(counters() + size) + (2 * static_cast<size_t>(rank) + number % 2) * capacity;
    }

    /// Gives the file its size. Without room for all of it, a later access would end the process.
    void reserve(const char *path) const {
#ifdef __linux__
        if (int number = posix_fallocate(file, 0, static_cast<off_t>(bytes)); number != 0) {
            unlink(path);
            fail(path, number);
        }
#else
        if (ftruncate(file, static_cast<off_t>(bytes)) != 0) {
            int number = errno;
            unlink(path);
            fail(path, number);
        }
#endif
    }

    // Where the system has them, the locks belong to this opening of the file and not to the whole process.
#ifdef F_OFD_SETLK
    static constexpr int setLock = F_OFD_SETLK, getLock = F_OFD_GETLK;
#else
    static constexpr int setLock = F_SETLK, getLock = F_GETLK;
#endif

    static struct flock lockOf(int32_t rank) {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = rank;
        lock.l_len = 1;
        return lock;
    }

    bool hasEnded(int32_t rank) const {
        auto lock = lockOf(rank);
        return fcntl(file, getLock, &lock) == 0 && lock.l_type == F_UNLCK;
    }

    bool isMissing(int32_t rank) const { return counters()[rank].value.load() < number; }

    bool isComplete() const {
        for (int32_t other = 0; other < size; other++) {
            if (isMissing(other)) return false;
        }
        return true;
    }

    /// Waits until all processes have written the current message.
    void await() const {
        for (int round = 0; round < 2000; round++) {
            if (isComplete()) return;
            relax();
        }
        auto begin = std::chrono::steady_clock::now();
        while (true) {
            auto seen = head->changes.load();
            head->sleepers.fetch_add(1);
            if (!isComplete()) sleep(seen);
            head->sleepers.fetch_sub(1);
            if (isComplete()) return;
            for (int32_t other = 0; other < size; other++) {
                if (other == rank || !isMissing(other)) continue;
                // It may have written its last message and then ended.
                if (hasEnded(other) && isMissing(other)) {
                    throw std::runtime_error("rank " + std::to_string(other) + " has ended");
                }
                if (std::chrono::steady_clock::now() - begin > timeout) {
                    throw std::runtime_error("rank " + std::to_string(other) + " has not taken part in time");
                }
            }
        }
    }

    static void relax() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("yield");
#endif
    }

#ifdef __linux__
    /// Sleeps until `changes` differs from `seen`, or for 50 ms.
    void sleep(uint32_t seen) const {
        timespec limit{0, 50'000'000};
        syscall(SYS_futex, &head->changes, FUTEX_WAIT, seen, &limit, nullptr, 0);
    }

    void wakeAll() const { syscall(SYS_futex, &head->changes, FUTEX_WAKE, INT32_MAX, nullptr, nullptr, 0); }
#else
    void sleep(uint32_t) const { std::this_thread::sleep_for(std::chrono::microseconds(100)); }

    void wakeAll() const {}
#endif

    /// Replaces `values` by the sums over all slots, part by part, so that the sums stay in the cache.
    template <typename Element>
    void addUp(Element *values, size_t count) const {
        constexpr size_t part = 2048;
        for (size_t start = 0; start < count; start += part) {
            size_t length = std::min(part, count - start);
            auto *sums = values + start;
            memcpy(sums, static_cast<Element *>(slot(0)) + start, length * sizeof(Element));
            for (int32_t other = 1; other < size; other++) {
                const auto *terms = static_cast<Element *>(slot(other)) + start;
                for (size_t index = 0; index < length; index++) sums[index] += terms[index];
            }
        }
    }
};

}  // namespace

TBError tb_shared_memory_map(
    const char *path, bool creates, int32_t rank, int32_t size, size_t capacity, double timeout,
    TBSharedMemory *result) {
    return guarded("sharing memory", {}, [&] {
        result->object = new SharedMemory(path, creates, rank, size, capacity, timeout);
    });
}

void tb_shared_memory_unmap(TBSharedMemory memory) {
    delete static_cast<SharedMemory *>(memory.object);
}

TBError tb_shared_memory_sum(TBSharedMemory memory, TBTensor tensor) {
    return guarded("all-reduce", {tensor}, [&] {
        const auto &values = borrow(tensor);
        auto &shared = *static_cast<SharedMemory *>(memory.object);
        auto count = static_cast<size_t>(values.numel());
        if (!values.is_contiguous() || !values.device().is_cpu()) {
            throw std::invalid_argument("a contiguous tensor on the CPU is needed");
        }
        switch (values.scalar_type()) {
        case at::kFloat: return shared.sum(static_cast<float *>(values.data_ptr()), count);
        case at::kDouble: return shared.sum(static_cast<double *>(values.data_ptr()), count);
        default: throw std::invalid_argument("float32 or float64 is needed");
        }
    });
}
