// LibTorch's packages contain Gloo but not its headers. The headers in these folders declare the types that the header
// of c10d's Gloo group mentions, as pointers or as interfaces. Nothing here is defined or called.
#pragma once

#include <chrono>
#include <memory>

namespace gloo {

class Context {
public:
    void setTimeout(std::chrono::milliseconds timeout);
};

namespace transport {

class Device;

class UnboundBuffer {
public:
    virtual ~UnboundBuffer();
};

}  // namespace transport
}  // namespace gloo
