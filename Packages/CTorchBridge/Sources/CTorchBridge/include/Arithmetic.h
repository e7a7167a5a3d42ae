/// Operations on single elements: arithmetic, comparisons and functions, with broadcasting and type promotion.
#ifndef TORCH_BRIDGE_ARITHMETIC_H
#define TORCH_BRIDGE_ARITHMETIC_H

#include "Base.h"

TB_BEGIN

TB_CHECKED TBError tb_add(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_subtract(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_multiply(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_divide(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_remainder(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_power(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_maximum(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_minimum(TBTensor a, TBTensor b, TBTensor *result);

/// Comparisons return Boolean tensors. The logical functions take 0 as false and other numbers as true.
TB_CHECKED TBError tb_equal(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_not_equal(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_less(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_less_equal(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_greater(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_greater_equal(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_logical_and(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_logical_or(TBTensor a, TBTensor b, TBTensor *result);
TB_CHECKED TBError tb_logical_not(TBTensor tensor, TBTensor *result);

/// Operations in place change `a`; `b` is broadcast to the shape of `a`.
TB_CHECKED TBError tb_add_in_place(TBTensor a, TBTensor b);
TB_CHECKED TBError tb_subtract_in_place(TBTensor a, TBTensor b);
TB_CHECKED TBError tb_multiply_in_place(TBTensor a, TBTensor b);
TB_CHECKED TBError tb_divide_in_place(TBTensor a, TBTensor b);

TB_CHECKED TBError tb_negative(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_absolute(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_exp(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_log(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_sqrt(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_sin(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_cos(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_atan(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_tanh(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_sigmoid(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_relu(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_silu(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_floor(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_round(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_sign(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_is_finite(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_is_nan(TBTensor tensor, TBTensor *result);
/// Returns where |a − b| ≤ absolute + relative · |b|, as Booleans.
TB_CHECKED TBError tb_is_close(TBTensor a, TBTensor b, double relative, double absolute, TBTensor *result);

/// Limits each element to minimum … maximum; NaN stays NaN.
TB_CHECKED TBError tb_clamp(TBTensor tensor, double minimum, double maximum, TBTensor *result);
/// Returns the elements of `a` where the Boolean `condition` is true, and those of `b` elsewhere.
TB_CHECKED TBError tb_where(TBTensor condition, TBTensor a, TBTensor b, TBTensor *result);

TB_END

#endif
