// XNNPACK as a peer. It has no gradients and no switch for the instruction set.
#include <pthreadpool.h>
#include <xnnpack.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "contender.h"

namespace densecrf::bench {
namespace {

struct DeleteOperator {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
struct DeletePool {
  void operator()(pthreadpool_t pool) const { pthreadpool_destroy(pool); }
};
using Operator = std::unique_ptr<xnn_operator, DeleteOperator>;
using Pool = std::shared_ptr<pthreadpool>;

void expect_ok(xnn_status status) {
  if (status == xnn_status_success) return;
  std::fprintf(stderr, "XNNPACK failed with status %d\n", static_cast<int>(status));
  std::exit(1);
}

std::uint32_t narrow(std::size_t x) { return static_cast<std::uint32_t>(x); }

class OperatorStep final : public Step {
 public:
  OperatorStep(Operator op, Pool pool) : op_(std::move(op)), pool_(std::move(pool)) {}
  void run() override { expect_ok(xnn_run_operator(op_.get(), pool_.get())); }

 private:
  Operator op_;
  Pool pool_;
};

/// [taps, in, out] to [out, taps, in].
std::vector<float> output_first(const float* filter, std::size_t depth, std::size_t out) {
  std::vector<float> turned(depth * out);
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t n = 0; n < out; ++n) turned[n * depth + k] = filter[k * out + n];
  }
  return turned;
}

class Xnnpack final : public Peer {
 public:
  Xnnpack() { expect_ok(xnn_initialize(nullptr)); }
  [[nodiscard]] std::string name() const override { return "XNNPACK " XNNPACK_VERSION; }
  void use_threads(unsigned threads) override {
    pool_ = threads > 1 ? Pool(pthreadpool_create(threads), DeletePool()) : nullptr;
  }

  StepPtr layer(const Layer& layer) override {
    if (layer.pass != Pass::kForward) return nullptr;
    const ConvShape& s = layer.shape;
    const std::size_t taps = s.kernel_height * s.kernel_width, channels = s.input.channels;
    const std::size_t groups = layer.depthwise ? channels : 1;
    const auto turned = layer.depthwise ? std::vector<float>(layer.filter, layer.filter + taps * channels)
                                        : output_first(layer.filter, taps * channels, s.out_channels);
    // SAME: what TensorFlow's padding leaves above and to the left is the shape's.
    const auto after = [](std::size_t out, std::size_t stride, std::size_t kernel, std::size_t dilation,
                          std::size_t in, std::size_t before) {
      const std::size_t reach = (out - 1) * stride + (kernel - 1) * dilation + 1;
      return reach > in + before ? narrow(reach - in - before) : 0;
    };
    xnn_operator_t op = nullptr;
    expect_ok(xnn_create_convolution2d_nhwc_f32(
        narrow(s.pad_top),
        after(s.out_width, s.stride_x, s.kernel_width, s.dilation_x, s.input.width, s.pad_left),
        after(s.out_height, s.stride_y, s.kernel_height, s.dilation_y, s.input.height, s.pad_top),
        narrow(s.pad_left), narrow(s.kernel_height), narrow(s.kernel_width), narrow(s.stride_y),
        narrow(s.stride_x), narrow(s.dilation_y), narrow(s.dilation_x), narrow(groups), channels / groups,
        s.out_channels / groups, channels, layer.pixel_stride, turned.data(), layer.bias,
        layer.relu ? 0.0F : -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity(),
        layer.depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0, &op));
    Operator owned(op);
    expect_ok(xnn_setup_convolution2d_nhwc_f32(op, s.input.batch, s.input.height, s.input.width, layer.input,
                                               layer.output, pool_.get()));
    return std::make_unique<OperatorStep>(std::move(owned), pool_);
  }

  StepPtr resize(const Resize& resize) override {
    const ImageShape& in = resize.shape;
    xnn_operator_t op = nullptr;
    expect_ok(xnn_create_resize_bilinear2d_nhwc_f32(in.channels, in.channels, in.channels, 0, &op));
    Operator owned(op);
    expect_ok(xnn_setup_resize_bilinear2d_nhwc_f32(op, in.batch, in.height, in.width, resize.out_height,
                                                   resize.out_width, resize.input, resize.output,
                                                   pool_.get()));
    return std::make_unique<OperatorStep>(std::move(owned), pool_);
  }

 private:
  Pool pool_;
};

}  // namespace
}  // namespace densecrf::bench

extern "C" [[gnu::visibility("default")]] densecrf::bench::Peer* make_peer() {
  return new densecrf::bench::Xnnpack;
}
