#include "conv/winograd.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "conv/layer_runs.h"
#include "conv/winograd_groups.h"
#include "conv/winograd_tiling.h"
#include "densecrf/threads.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

std::atomic<std::size_t> allocations{0};

constexpr PlanOptions kRoomy{false, std::size_t{4} << 30};

/// 3x3, stride 1; odd everything.
ConvShape random_shape(Random& random) {
  ConvLimits limits;
  limits.max_kernel = 3;
  limits.max_stride = 1;
  for (;;) {
    const ConvShape shape = random_conv(random, limits);
    if (winograd_fits(shape)) return shape;
  }
}

std::unique_ptr<LayerPlan> planned(const RandomLayer& layer, const PlanOptions& options) {
  PlanResult result = make_winograd(layer.shape, layer.filter, layer.epilogue(), options);
  CHECK_EQ(result.status, Status::kOk);
  CHECK(result.plan != nullptr);
  return std::move(result.plan);
}

void check_layer(const RandomLayer& layer, std::size_t gap, const PlanOptions& options) {
  check_result(*planned(layer, options), layer, gap, 5e-5);
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* pointer = std::malloc(size)) return pointer;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { std::free(pointer); }

TEST("every scheme is the correlation that it stands for") {
  for (const winograd::Scheme& s : winograd::kSchemes) {
    const std::size_t first = s.inputs == s.outputs ? 1 : 0;
    for (std::size_t k = 0; k < s.outputs; ++k) {
      for (std::size_t i = 0; i < s.inputs; ++i) {
        for (std::size_t tap = 0; tap < 3; ++tap) {
          double sum = 0;
          for (std::size_t p = 0; p < s.products; ++p)
            sum += s.output[k][p] * s.input[p][i] * s.filter[p][tap];
          CHECK_CLOSE(sum, i + first == k + tap ? 1 : 0, 1e-15);
        }
      }
    }
  }
}

TEST("Winograd convolution agrees with double precision on random shapes and leaves gaps alone") {
  Random random(1);
  with_every_isa([&] {
    for (int i = 0; i < 60; ++i) {
      const Activation activation = kActivations[static_cast<std::size_t>(i) % std::size(kActivations)];
      check_layer(RandomLayer(random, random_shape(random), activation), random.integer(0, 3), kRoomy);
    }
  });
}

TEST("Winograd convolution agrees with double precision on grids of every length") {
  Random random(2);
  for (std::size_t size = 1; size <= 24; ++size) {
    for (const std::size_t rate : {1U, 2U, 3U, 5U, 12U}) {
      const RandomLayer layer(random, same_conv3(size, 20, 17, rate), Activation::kRelu);
      check_layer(layer, 1, kRoomy);
      ConvShape shape = layer.shape;  // dilations that differ, no padding above
      shape.dilation_x = rate + 1, shape.pad_left = rate + 1, shape.out_width = size;
      shape.pad_top = 0, shape.out_height = size, shape.input.height = size + 2 * rate;
      check_layer(RandomLayer(random, shape, Activation::kNone), 0, kRoomy);
    }
  }
}

TEST("Winograd convolution keeps to its error on the layers of networks") {
  Random random(3);
  const std::size_t shapes[][4] = {{33, 512, 64, 2},   {33, 512, 64, 6},   {41, 512, 64, 12},
                                   {33, 2048, 64, 6},  {33, 2048, 64, 12}, {33, 2048, 64, 18},
                                   {65, 2048, 16, 12}, {65, 2048, 16, 18}, {129, 304, 16, 1}};
  for (const auto& [size, channels, columns, rate] : shapes) {
    const RandomLayer layer(random, same_conv3(size, channels, columns, rate), Activation::kNone);
    std::vector<std::size_t> pixels;
    for (int i = 0; i < 200; ++i) pixels.push_back(random.integer(0, size * size - 1));
    std::vector<double> expected;
    for (const std::size_t pixel : pixels) {
      const auto values = conv2d_pixel(layer.shape, layer.input, layer.filter, layer.epilogue(), pixel);
      expected.insert(expected.end(), values.begin(), values.end());
    }
    for (const PlanOptions& options : {kRoomy, PlanOptions{}}) {
      const auto output = result_of(*planned(layer, options), layer, columns);
      const RelativeError error = relative_error(output, columns, expected, columns, pixels);
      check_error(error.largest, channels > 600 ? 1e-4 : 5e-5, layer.shape);
    }
  }
}

TEST("Winograd convolution is the same to the bit for any number of threads") {
  Random random(4);
  with_every_isa([&] {
    for (int i = 0; i < 5; ++i) {
      const RandomLayer layer(random, random_shape(random), Activation::kElu);
      check_threads(layer, [&] { return planned(layer, kRoomy); });
    }
  });
}

TEST("a Winograd plan keeps to the memory that it may take, or declines") {
  Random random(5);
  const RandomLayer layer(random, same_conv3(33, 100, 90, 6), Activation::kRelu);
  const std::size_t weights = layer.filter.size() * sizeof(float);
  const auto expected = conv2d(layer.shape, layer.input, layer.filter, layer.epilogue());
  std::size_t declined = 0;
  for (const std::size_t limit :
       {weights, 3 * weights, 4 * weights, 5 * weights, 8 * weights, 40 * weights}) {
    const PlanOptions options{false, limit};
    const PlanResult result = make_winograd(layer.shape, layer.filter, layer.epilogue(), options);
    const bool fits = winograd_cost(layer.shape, options).bytes <= limit;
    CHECK_EQ(result.status, fits ? Status::kOk : Status::kTooLarge);
    CHECK_EQ(result.plan != nullptr, fits);
    declined += fits ? 0 : 1;
    if (!fits) continue;
    CHECK(result.plan->bytes() <= limit);
    const auto output = result_of(*result.plan, layer, 90);
    check_error(relative_error(output, 90, expected, 90).largest, 5e-5, layer.shape);
  }
  CHECK(declined > 0 && declined < 6);
}

TEST("running a Winograd plan allocates nothing") {
  Random random(7);
  const RandomLayer layer(random, same_conv3(20, 600, 90, 3), Activation::kRelu);
  const auto plan = planned(layer, kRoomy);
  std::vector<float> output = result_of(*plan, layer, 90);
  const std::size_t before = allocations;
  CHECK(before > 0);
  CHECK_EQ(plan->run(layer.input.data(), output.data(), 90, {}), Status::kOk);
  CHECK_EQ(allocations.load(), before);
}

TEST("Winograd is chosen where it saves multiplications, and never in exact mode") {
  const auto algorithm = [](const ConvShape& shape, const PlanOptions& options) {
    const std::vector<float> filter(filter_length(shape), 1.0F);
    const PlanResult result = plan_conv2d(shape, filter, {}, options);
    CHECK_EQ(result.status, Status::kOk);
    return std::string(result.plan->algorithm());
  };
  const ConvShape shape = same_conv3(33, 256, 128, 4);
  CHECK_EQ(algorithm(shape, {}), "winograd");
  CHECK_EQ(algorithm(shape, {true, 0}), "direct");
  CHECK_EQ(algorithm(same_conv3(33, 256, 128, 12), {}), "winograd");
  CHECK_EQ(algorithm(same_conv3(33, 256, 128, 36), {}), "direct");  // one tap is left
  CHECK_EQ(algorithm(same_conv3(33, 3, 8, 1), {}), "direct");
  ConvShape strided = same_conv3(33, 256, 128, 1);
  strided.stride_x = strided.stride_y = 2, strided.out_height = strided.out_width = 17;
  CHECK_EQ(algorithm(strided, {}), "direct");
}

TEST("the groups of a pass are nearly as large as each other") {
  Random random(8);
  for (int i = 0; i < 40; ++i) {
    const ConvShape shape = same_conv3(random.integer(33, 130), random.integer(1, 600),
                                       random.integer(1, 300), random.integer(1, 12));
    using namespace winograd;
    const Budget budget(shape, kRoomy);
    const Tiling tiling = choose_tiling(shape, budget);
    const Portions portions = budget.portions(tiling, 1);
    const Groups groups(shape, tiling, portions);
    std::size_t rows = 0, most = 0, least = SIZE_MAX;
    for (const Group& group : groups.groups) {
      CHECK(group.rows <= portions.group_rows && group.before + group.rows <= portions.rows);
      rows += group.rows, most = std::max(most, group.rows), least = std::min(least, group.rows);
    }
    CHECK_EQ(rows, tiling.rows);
    // Each loses less than a tile, and leaves what it loses to the last.
    CHECK(groups.groups.size() == 1 || most - least < (groups.groups.size() + 2) * 49);
  }
}

TEST("a stopped Winograd run says so") {
  Random random(6);
  const RandomLayer layer(random, same_conv3(20, 7, 9, 2), Activation::kNone);
  const auto plan = planned(layer, kRoomy);
  const std::atomic<bool> stop{true};
  std::vector<float> output(20 * 20 * 9);
  CHECK_EQ(plan->run(layer.input.data(), output.data(), 9, {&stop, nullptr, nullptr}), Status::kCancelled);
}
