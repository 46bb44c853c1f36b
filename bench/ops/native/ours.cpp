#include "ours.h"

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

#include "densecrf/conv.h"
#include "densecrf/cpu.h"
#include "densecrf/resize.h"
#include "densecrf/threads.h"

namespace densecrf::bench {
namespace {

void expect_ok(Status status) {
  if (status == Status::kOk) return;
  std::fprintf(stderr, "densecrf failed with status %d\n", static_cast<int>(status));
  std::exit(1);
}

std::size_t filter_size(const Layer& layer) {
  const ConvShape& shape = layer.shape;
  return shape.kernel_height * shape.kernel_width * shape.out_channels *
         (layer.depthwise ? 1 : shape.input.channels);
}

std::size_t input_size(const ConvShape& shape) {
  return shape.input.batch * shape.input.height * shape.input.width * shape.input.channels;
}

std::size_t output_size(const ConvShape& shape) {
  return shape.input.batch * shape.out_height * shape.out_width * shape.out_channels;
}

Epilogue epilogue_of(const Layer& layer) {
  Epilogue epilogue;
  epilogue.bias = {layer.bias, layer.shape.out_channels};
  epilogue.activation = layer.relu ? Activation::kRelu : Activation::kNone;
  return epilogue;
}

class PlanStep final : public Step {
 public:
  PlanStep(PlanResult planned, const float* input, float* output, std::size_t pixel_stride)
      : plan_(std::move(planned.plan)), input_(input), output_(output), pixel_stride_(pixel_stride) {
    expect_ok(planned.status);
  }
  void run() override { expect_ok(plan_->run(input_, output_, pixel_stride_, {})); }
  [[nodiscard]] std::string note() const override {
    return std::string(plan_->algorithm()) + ", " + std::to_string(plan_->bytes() >> 20) + " MiB";
  }

 private:
  std::unique_ptr<LayerPlan> plan_;
  const float* input_;
  float* output_;
  std::size_t pixel_stride_;
};

class FilterGradientStep final : public Step {
 public:
  explicit FilterGradientStep(const Layer& layer) : layer_(layer) {}
  void run() override {
    const ConvShape& shape = layer_.shape;
    const auto gradient = layer_.depthwise ? depthwise_filter_gradient : conv2d_filter_gradient;
    expect_ok(gradient(shape, {layer_.input, input_size(shape)}, {layer_.filter, output_size(shape)},
                       {layer_.output, filter_size(layer_)}, {}));
  }

 private:
  Layer layer_;
};

class ResizeStep final : public Step {
 public:
  explicit ResizeStep(const Resize& resize) : resize_(resize) {}
  void run() override {
    const ImageShape& in = resize_.shape;
    const std::size_t size = in.batch * in.height * in.width * in.channels;
    const std::size_t out_size = in.batch * resize_.out_height * resize_.out_width * in.channels;
    expect_ok(resize_bilinear({resize_.input, size}, in, resize_.out_height, resize_.out_width,
                              ResizeGrid::kHalfPixelCenters, {resize_.output, out_size}));
  }

 private:
  Resize resize_;
};

class Ours final : public Peer {
 public:
  [[nodiscard]] std::string name() const override { return "densecrf"; }
  void use_threads(unsigned threads) override { set_concurrency(threads); }

  StepPtr layer(const Layer& layer) override {
    const std::span<const float> filter{layer.filter, filter_size(layer)};
    const ConvShape& shape = layer.shape;
    if (layer.pass == Pass::kFilterGradient) return std::make_unique<FilterGradientStep>(layer);
    if (layer.pass == Pass::kInputGradient) {
      const auto plan = layer.depthwise ? plan_depthwise_input_gradient : plan_conv2d_input_gradient;
      return step(plan(shape, filter, {}), layer.input, layer.output, shape.input.channels);
    }
    const auto plan = layer.depthwise ? plan_depthwise : plan_conv2d;
    return step(plan(shape, filter, epilogue_of(layer), {}), layer.input, layer.output, layer.pixel_stride);
  }

  StepPtr resize(const Resize& resize) override { return std::make_unique<ResizeStep>(resize); }

  StepPtr separable(const Layer& depthwise, const Layer& pointwise) override {
    return step(plan_separable(depthwise.shape, {depthwise.filter, filter_size(depthwise)},
                               epilogue_of(depthwise), pointwise.shape.out_channels,
                               {pointwise.filter, filter_size(pointwise)}, epilogue_of(pointwise), {}),
                depthwise.input, pointwise.output, pointwise.pixel_stride);
  }

 private:
  static StepPtr step(PlanResult planned, const float* input, float* output, std::size_t pixel_stride) {
    return std::make_unique<PlanStep>(std::move(planned), input, output, pixel_stride);
  }
};

}  // namespace

std::unique_ptr<Peer> make_ours() { return std::make_unique<Ours>(); }

}  // namespace densecrf::bench
