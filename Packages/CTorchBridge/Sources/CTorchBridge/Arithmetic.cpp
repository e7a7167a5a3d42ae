#include "Arithmetic.h"

#include <ATen/ATen.h>

#include "Guarded.hpp"

using namespace bridge;

// Each function calls LibTorch's function with the same meaning.
#define BINARY(name, function)                                                                  \
    TBError tb_##name(TBTensor a, TBTensor b, TBTensor *result) {                               \
        return computed(result, #name, {a, b}, [&] { return function(borrow(a), borrow(b)); }); \
    }
#define IN_PLACE(name, method)                                                                         \
    TBError tb_##name##_in_place(TBTensor a, TBTensor b) {                                             \
        return guarded(#name " in place", {a, b}, [&] { borrow(a).method(borrow(b)); });               \
    }
#define UNARY(name, function)                                                                   \
    TBError tb_##name(TBTensor tensor, TBTensor *result) {                                      \
        return computed(result, #name, {tensor}, [&] { return function(borrow(tensor)); });     \
    }

BINARY(add, at::add)
BINARY(subtract, at::sub)
BINARY(multiply, at::mul)
BINARY(divide, at::div)
BINARY(remainder, at::remainder)
BINARY(power, at::pow)
BINARY(maximum, at::maximum)
BINARY(minimum, at::minimum)
BINARY(equal, at::eq)
BINARY(not_equal, at::ne)
BINARY(less, at::lt)
BINARY(less_equal, at::le)
BINARY(greater, at::gt)
BINARY(greater_equal, at::ge)
BINARY(logical_and, at::logical_and)
BINARY(logical_or, at::logical_or)

IN_PLACE(add, add_)
IN_PLACE(subtract, sub_)
IN_PLACE(multiply, mul_)
IN_PLACE(divide, div_)

UNARY(logical_not, at::logical_not)
UNARY(negative, at::neg)
UNARY(absolute, at::abs)
UNARY(exp, at::exp)
UNARY(log, at::log)
UNARY(sqrt, at::sqrt)
UNARY(sin, at::sin)
UNARY(cos, at::cos)
UNARY(atan, at::atan)
UNARY(tanh, at::tanh)
UNARY(sigmoid, at::sigmoid)
UNARY(relu, at::relu)
UNARY(silu, at::silu)
UNARY(floor, at::floor)
UNARY(round, at::round)
UNARY(sign, at::sign)
UNARY(is_finite, at::isfinite)
UNARY(is_nan, at::isnan)

TBError tb_is_close(TBTensor a, TBTensor b, double relative, double absolute, TBTensor *result) {
    return computed(result, "is close", {a, b}, [&] {
        auto type = at::result_type(borrow(a), borrow(b));
        return at::isclose(borrow(a).to(type), borrow(b).to(type), relative, absolute);
    });
}

TBError tb_clamp(TBTensor tensor, double minimum, double maximum, TBTensor *result) {
    return computed(result, "clamp", {tensor}, [&] { return at::clamp(borrow(tensor), minimum, maximum); });
}

TBError tb_where(TBTensor condition, TBTensor a, TBTensor b, TBTensor *result) {
    return computed(result, "where", {condition, a, b}, [&] {
        return at::where(borrow(condition), borrow(a), borrow(b));
    });
}
