#include "Runtime.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/detail/MPSHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <atomic>
#include <string>

#ifdef __linux__
#include <dlfcn.h>
#include <unistd.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "Guarded.hpp"

using namespace bridge;

int32_t tb_threads(void) { return at::get_num_threads(); }

TBError tb_set_threads(int32_t count) {
    return guarded("threads", {}, [&] { at::set_num_threads(count); });
}

// `at::parallel_for` is compiled into its caller, which would need LibTorch's own OpenMP. An iteration over a tensor
// with one byte per block runs on the same threads, but inside of LibTorch.
TBError tb_parallel(int64_t blocks, void *context, void (*body)(void *, int64_t)) {
    return guarded("parallel", {}, [&] {
        if (blocks <= 0) return;
        // Each byte stands for one block, or for several blocks if there are many.
        auto units = std::min<int64_t>(blocks, 1 << 16), each = blocks / units, rest = blocks % units;
        auto counter = at::empty({units}, at::kByte);
        auto first = static_cast<char *>(counter.data_ptr());
        auto iterator =
            at::TensorIteratorConfig().add_output(counter).check_all_same_dtype(false).resize_outputs(false).build();
        iterator.for_each(
            [=](char **data, const int64_t *strides, int64_t count) {
                for (int64_t i = 0; i < count; i++) {
                    int64_t unit = data[0] + i * strides[0] - first;
                    auto begin = unit * each + std::min(unit, rest), end = begin + each + (unit < rest);
                    for (auto block = begin; block < end; block++) body(context, block);
                }
            },
            /*grain_size=*/1);
    });
}

#ifdef __linux__
/// Loads the CUDA part of LibTorch, if there is one, and returns the error message if that fails. Loading registers its
/// kernels, which must happen before the first operation. The bridge does not link this part, so that the same program
/// also runs with a LibTorch without CUDA.
static std::string loadCUDA() {
    Dl_info core;
    if (!dladdr(reinterpret_cast<void *>(&at::show_config), &core)) return "";
    std::string path = core.dli_fname;
    path = path.substr(0, path.rfind('/') + 1) + "libtorch_cuda.so";
    if (access(path.c_str(), F_OK) != 0 || dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return "";
    return dlerror();
}

static const std::string cudaProblem = loadCUDA();
#else
static const std::string cudaProblem;
#endif

const char *tb_cuda_problem(void) { return cudaProblem.c_str(); }

int32_t tb_device_count(TBDeviceKind kind) {
    try {
        switch (kind) {
            case TBDeviceCPU: return 1;
            case TBDeviceCUDA: return at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
            case TBDeviceMPS: return at::hasMPS() ? 1 : 0;
        }
    } catch (const std::exception &) {
        // A driver that fails to count its devices has no usable ones.
    }
    return 0;
}

TBError tb_synchronize(TBDevice device) {
    return guarded("synchronize", {}, [&] {
        auto place = bridge::device(device);
        if (place.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(place.index());
        if (place.is_mps()) at::detail::getMPSHooks().deviceSynchronize();
    });
}

void tb_tune_convolutions(bool tune) { at::globalContext().setBenchmarkCuDNN(tune); }

TBError tb_device_peak_memory(TBDevice device, int64_t *bytes) {
    return guarded("memory", {}, [&] {
        auto place = bridge::device(device);
        auto *allocator = at::getDeviceAllocator(place.type());
        auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
        *bytes = allocator->getDeviceStats(place.index()).allocated_bytes[all].peak;
        allocator->resetPeakStats(place.index());
    });
}

bool tb_keep_freed_memory(bool keep) {
#ifdef __GLIBC__
    // glibc returns blocks of over 32 MiB, and the free end of the heap, to the system, so that they cause page faults
    // again. Only the main heap can hold such blocks, so threads that start from now on must use the main heap.
    constexpr int defaultMapThreshold = 128 * 1024, defaultTrimThreshold = 128 * 1024;
    bool done = mallopt(M_MMAP_THRESHOLD, keep ? INT32_MAX : defaultMapThreshold) == 1;
    done = mallopt(M_ARENA_MAX, keep ? 1 : 0) == 1 && done;
    return mallopt(M_TRIM_THRESHOLD, keep ? -1 : defaultTrimThreshold) == 1 && done;
#else
    return false;
#endif
}

namespace {

/// Counts the bytes that CPU tensors hold.
struct MemoryWatch : c10::MemoryReportingInfoBase {
    std::atomic<int64_t> current = 0, peak = 0;

    void reportMemoryUsage(void *, int64_t change, size_t, size_t, c10::Device device) override {
        if (!device.is_cpu()) return;
        auto now = current.fetch_add(change) + change;
        for (auto seen = peak.load(); now > seen && !peak.compare_exchange_weak(seen, now);) {}
    }

    bool memoryProfilingEnabled() const override { return true; }
};

struct WatchScope {
    std::shared_ptr<MemoryWatch> watch = std::make_shared<MemoryWatch>();
    c10::DebugInfoGuard guard{c10::DebugInfoKind::PROFILER_STATE, watch};
};

}  // namespace

TBError tb_memory_watch_begin(void **watch) {
    return guarded("memory", {}, [&] { *watch = new WatchScope; });
}

TBError tb_memory_watch_end(void *watch, int64_t *peak) {
    return guarded("memory", {}, [&] {
        std::unique_ptr<WatchScope> scope(static_cast<WatchScope *>(watch));
        *peak = scope->watch->peak;
    });
}
