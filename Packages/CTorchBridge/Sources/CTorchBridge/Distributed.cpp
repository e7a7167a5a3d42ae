#include "Distributed.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "Guarded.hpp"

using namespace bridge;

static c10d::ProcessGroupGloo &borrow(TBProcessGroup group) {
    return *static_cast<c10d::ProcessGroupGloo *>(group.object);
}

using StorePointer = c10::intrusive_ptr<c10d::TCPStore>;

static StorePointer &borrow(TBStore store) {
    return *static_cast<StorePointer *>(store.object);
}

static std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

/// Stops LibTorch from logging lost connections with stack traces, beside the errors that calls return. A user who has
/// set the variable sees what it asks for.
static void stopWarnings() {
    setenv("TORCH_CPP_LOG_LEVEL", "ERROR", /*overwrite=*/0);
    c10::initLogging();
}

TBError tb_store_open(const char *host, int32_t port, bool serves, double timeout, TBStore *result) {
    return guarded("opening a store", {}, [&] {
        stopWarnings();
        c10d::TCPStoreOptions settings;
        settings.port = static_cast<uint16_t>(port);
        settings.isServer = serves;
        settings.waitWorkers = false;
        settings.timeout = milliseconds(timeout);
        auto store = c10::make_intrusive<c10d::TCPStore>(host, settings);
        store->setTimeout(settings.timeout);
        result->object = new StorePointer(std::move(store));
    });
}

void tb_store_close(TBStore store) {
    delete static_cast<StorePointer *>(store.object);
}

int32_t tb_store_port(TBStore store) {
    return borrow(store)->getPort();
}

TBError tb_store_set(TBStore store, const char *key, const char *value) {
    return guarded("setting a value", {}, [&] {
        std::string text = value;
        borrow(store)->set(key, std::vector<uint8_t>(text.begin(), text.end()));
    });
}

TBError tb_store_get(TBStore store, const char *key, char **value) {
    return guarded("reading a value", {}, [&] {
        *value = nullptr;
        // `get` would wait for a missing key.
        if (!borrow(store)->check({key})) return;
        auto bytes = borrow(store)->get(key);
        *value = strndup(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    });
}

TBError tb_store_add(TBStore store, const char *key, int64_t amount, int64_t *sum) {
    return guarded("adding to a value", {}, [&] { *sum = borrow(store)->add(key, amount); });
}

TBError tb_process_group_join(
    TBStore store, const char *prefix, const char *interface, int32_t rank, int32_t size, double timeout,
    TBProcessGroup *result) {
    using Group = c10d::ProcessGroupGloo;
    return guarded("joining a process group", {}, [&] {
        c10::intrusive_ptr<c10d::Store> base = borrow(store);
        auto prefixed = c10::make_intrusive<c10d::PrefixStore>(prefix, base);
        auto options = Group::Options::create(milliseconds(timeout));
        // Small messages must not wait until two large ones in the background have passed.
        options->threads = 4;
        options->devices.push_back(
            interface ? Group::createDeviceForInterface(interface) : Group::createDefaultDevice());
        auto group = c10::make_intrusive<Group>(prefixed, rank, size, options);
        // After this, all processes are connected, so the process that serves the store may leave first.
        group->barrier()->wait();
        result->object = group.release();
    });
}

void tb_process_group_leave(TBProcessGroup group) {
    c10::intrusive_ptr<c10d::ProcessGroupGloo>::reclaim(static_cast<c10d::ProcessGroupGloo *>(group.object));
}

TBError tb_all_reduce_sum(TBProcessGroup group, const TBTensor *tensors, size_t count) {
    return guarded("all-reduce", tensors, count, [&] {
        c10::NoGradGuard guard;
        auto values = borrowAll(tensors, count);
        std::vector<c10::intrusive_ptr<c10d::Work>> pending;
        for (auto &value : values) {
            std::vector<at::Tensor> one{value};
            pending.push_back(borrow(group).allreduce(one, c10d::AllreduceOptions()));
        }
        for (auto &work : pending) work->wait();
    });
}

TBError tb_all_reduce_begin(TBProcessGroup group, TBTensor tensor, TBWork *result) {
    return guarded("all-reduce", {tensor}, [&] {
        c10::NoGradGuard guard;
        std::vector<at::Tensor> one{borrow(tensor)};
        result->object = borrow(group).allreduce(one, c10d::AllreduceOptions()).release();
    });
}

TBError tb_work_finish(TBWork work) {
    auto pending = c10::intrusive_ptr<c10d::Work>::reclaim(static_cast<c10d::Work *>(work.object));
    return guarded("all-reduce", {}, [&] { pending->wait(); });
}

TBError tb_broadcast(TBProcessGroup group, const TBTensor *tensors, size_t count, int32_t root) {
    return guarded("broadcast", tensors, count, [&] {
        c10::NoGradGuard guard;
        c10d::BroadcastOptions options;
        options.rootRank = root;
        for (auto &value : borrowAll(tensors, count)) {
            std::vector<at::Tensor> one{value};
            borrow(group).broadcast(one, options)->wait();
        }
    });
}

TBError tb_barrier(TBProcessGroup group) {
    return guarded("barrier", {}, [&] { borrow(group).barrier()->wait(); });
}
