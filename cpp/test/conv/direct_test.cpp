#include "conv/direct.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "conv/layer_runs.h"
#include "conv/plan_runs.h"
#include "densecrf/threads.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

std::atomic<std::size_t> allocations{0};

constexpr PlanOptions kExact{true, 0};

std::unique_ptr<LayerPlan> planned(const RandomLayer& layer) {
  PlanResult result = plan_conv2d(layer.shape, layer.filter, layer.epilogue(), kExact);
  CHECK_EQ(result.status, Status::kOk);
  return std::move(result.plan);
}

void check_layer(const RandomLayer& layer, std::size_t gap, double bound) {
  const auto plan = planned(layer);
  CHECK_EQ(plan->algorithm(), "direct");
  check_result(*plan, layer, gap, bound);
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* pointer = std::malloc(size)) return pointer;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto align = static_cast<std::size_t>(alignment);
  if (void* pointer = std::aligned_alloc(align, (size + align - 1) / align * align)) return pointer;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::align_val_t) noexcept { std::free(pointer); }

TEST("direct convolution agrees with double precision on random shapes and leaves gaps alone") {
  Random random(1);
  with_every_isa([&] {
    for (int i = 0; i < 60; ++i) {
      const Activation activation = kActivations[static_cast<std::size_t>(i) % std::size(kActivations)];
      const RandomLayer layer(random, random_conv(random, {}), activation);
      check_layer(layer, random.integer(0, 3), 3e-5);
    }
  });
}

TEST("direct convolution adds what it is given before the activation") {
  Random random(3);
  const ConvShape shallow{{1, 25, 25, 16}, 25, 25, 96, 1, 1, 1, 1, 1, 1, 0, 0};
  for (std::size_t i = 0; i < 30; ++i) {
    const ConvShape shape = i == 0 ? shallow : random_conv(random, {.max_products = 1e6});
    const RandomLayer layer(random, shape, kActivations[i % std::size(kActivations)]);
    const std::size_t channels = layer.shape.out_channels, stride = i % 3 == 1 ? 0 : channels + i % 2;
    const std::vector<float> added = normal_floats(random, (out_pixels(shape) + 1) * (channels + 1), 1);
    std::vector<double> expected = conv2d(shape, layer.input, layer.filter, {});
    for (std::size_t at = 0; at < expected.size(); ++at) {
      const std::size_t channel = at % channels;
      expected[at] =
          activated(expected[at] + added[at / channels * stride + channel], layer.epilogue(), channel);
    }
    check_plan(describe(shape),
               [&] { return plan_conv2d(shape, layer.filter, layer.epilogue(), {.adds = true}); },
               layer.input, expected, channels, 3e-5, {added.data(), stride});
  }
}

TEST("direct convolution agrees with double precision on the shapes that networks have") {
  Random random(2);
  const ConvShape shapes[] = {
      {{1, 37, 45, 3}, 19, 23, 64, 3, 3, 2, 2, 1, 1, 1, 1},  // first layers
      {{2, 31, 30, 4}, 31, 30, 20, 3, 3, 1, 1, 1, 1, 1, 1},
      {{1, 40, 40, 3}, 20, 20, 64, 7, 7, 2, 2, 1, 1, 3, 3},
      {{1, 9, 9, 2048}, 9, 9, 40, 1, 1, 1, 1, 1, 1, 0, 0},  // pointwise
      {{1, 33, 33, 256}, 33, 33, 21, 1, 1, 1, 1, 1, 1, 0, 0},
      {{1, 33, 33, 21}, 33, 33, 21, 3, 3, 1, 1, 2, 2, 2, 2},
      {{3, 7, 7, 100}, 1, 1, 33, 7, 7, 1, 1, 1, 1, 0, 0},   // a whole picture in one pixel
      {{1, 5, 4, 8}, 5, 4, 9, 3, 3, 1, 1, 40, 40, 40, 40},  // one tap is left
      {{1, 4, 4, 2}, 9, 8, 5, 2, 1, 2, 1, 1, 1, 9, 7},      // pixels without taps
  };
  with_every_isa([&] {
    for (const ConvShape& shape : shapes) check_layer(RandomLayer(random, shape, Activation::kRelu), 1, 3e-5);
  });
}

TEST("direct convolution is the same to the bit for any number of threads") {
  Random random(3);
  with_every_isa([&] {
    for (int i = 0; i < 5; ++i) {
      const RandomLayer layer(random, random_conv(random, {}), Activation::kElu);
      check_threads(layer, [&] { return planned(layer); });
    }
  });
}

TEST("running a plan allocates nothing") {
  Random random(4);
  const RandomLayer layer(random, same_conv3(20, 70, 90, 2), Activation::kRelu);
  const auto plan = planned(layer);
  std::vector<float> output = result_of(*plan, layer, 90);
  const std::size_t before = allocations;
  CHECK_EQ(plan->run(layer.input.data(), output.data(), 90, {}), Status::kOk);
  CHECK_EQ(allocations.load(), before);
}

TEST("a plan says what it takes, and keeps to what it may") {
  Random random(5);
  const RandomLayer layer(random, same_conv3(20, 70, 90, 2), Activation::kRelu);
  const std::size_t before = allocations, weights = layer.filter.size() * sizeof(float);
  CHECK(planned(layer)->bytes() > weights);
  CHECK(allocations > before);
  const PlanResult refused = plan_conv2d(layer.shape, layer.filter, layer.epilogue(), {true, weights});
  CHECK_EQ(refused.status, Status::kTooLarge);
  CHECK(refused.plan == nullptr);
}

TEST("many pixels and many threads stay within the default bound") {
  constexpr std::size_t kSize = 1200;
  const unsigned threads = concurrency();
  set_concurrency(64);
  const float weight = 2;
  ConvShape shape{{1, kSize, kSize, 1}, kSize, kSize, 1, 1, 1, 1, 1, 1, 1, 0, 0};
  const auto [status, plan] = plan_conv2d(shape, {&weight, 1}, {}, {});
  CHECK_EQ(status, Status::kOk);
  CHECK(plan->bytes() <= std::size_t{4} << 20);
  const std::size_t all = plan->bytes();
  const auto small = plan_conv2d(shape, {&weight, 1}, {}, {false, all / 2});
  CHECK_EQ(small.status, Status::kOk);
  CHECK(small.plan->bytes() <= all / 2);
  set_concurrency(threads);
  std::vector<float> input(kSize * kSize), output(input.size());
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i);
  CHECK_EQ(small.plan->run(input.data(), output.data(), 1, {}), Status::kOk);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < input.size(); ++i) wrong += output[i] != 2 * input[i];
  CHECK_EQ(wrong, std::size_t{0});
}

TEST("a stopped run says so") {
  Random random(6);
  const RandomLayer layer(random, same_conv3(20, 7, 9, 2), Activation::kNone);
  const auto plan = planned(layer);
  const std::atomic<bool> stop{true};
  std::vector<float> output(20 * 20 * 9);
  CHECK_EQ(plan->run(layer.input.data(), output.data(), 9, {&stop, nullptr, nullptr}), Status::kCancelled);
}
