#include "Distributed.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>

#include "Guarded.hpp"

using namespace bridge;

static c10d::ProcessGroupGloo &borrow(TBProcessGroup group) {
    return *static_cast<c10d::ProcessGroupGloo *>(group.object);
}

TBError tb_process_group_join(
    const char *host, int32_t port, bool serves_store, const char *prefix, const char *interface, int32_t rank,
    int32_t size, double timeout, TBProcessGroup *result) {
    using Group = c10d::ProcessGroupGloo;
    return guarded("joining a process group", {}, [&] {
        auto patience = std::chrono::milliseconds(static_cast<int64_t>(timeout * 1000));
        c10d::TCPStoreOptions settings;
        settings.port = static_cast<uint16_t>(port);
        settings.isServer = serves_store;
        settings.numWorkers = static_cast<size_t>(size);
        settings.waitWorkers = false;
        settings.timeout = patience;
        c10::intrusive_ptr<c10d::Store> server = c10::make_intrusive<c10d::TCPStore>(host, settings);
        server->setTimeout(patience);
        auto store = c10::make_intrusive<c10d::PrefixStore>(prefix, server);
        auto options = Group::Options::create(patience);
        options->devices.push_back(
            interface ? Group::createDeviceForInterface(interface) : Group::createDefaultDevice());
        auto group = c10::make_intrusive<Group>(store, rank, size, options);
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
