#include "densecrf/matmul.h"

#include <span>

#include "arguments.h"
#include "exports.h"
#include "layer.h"
#include "operation.h"

namespace densecrf::binding {
namespace {

// (shape, left, right, epilogue, result)
Operation multiply(const Napi::CallbackInfo& info) {
  const MatmulShape shape = to_matmul_shape(info[0]);
  const auto matrices = [&](bool one) { return one ? std::size_t{1} : shape.batch; };
  const std::span<const float> left =
      borrow<float>(info[1], matrices(shape.one_left) * shape.rows * shape.depth);
  const std::span<const float> right =
      borrow<float>(info[2], matrices(shape.one_right) * shape.depth * shape.columns);
  const Epilogue epilogue = to_epilogue(info[3], shape.columns);
  const std::span<float> result = borrow<float>(info[4], shape.batch * shape.rows * shape.columns);
  return [=](const RunControl& control) { return matmul(shape, left, right, epilogue, result, control); };
}

}  // namespace

void export_matmul(Napi::Object exports) { export_operation<multiply>(exports, "matMul"); }

}  // namespace densecrf::binding
