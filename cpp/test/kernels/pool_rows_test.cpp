#include <limits>

#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

constexpr std::size_t kRowCount = 40;

/// Rows of channels in any order, some of them again and again.
struct RowsCase {
  std::size_t channels, count;
  std::vector<float> input;
  std::vector<std::int32_t> offsets, names;
  std::vector<float> weights;

  RowsCase(Random& random, std::size_t channel_count, std::size_t row_count)
      : channels(channel_count),
        count(row_count),
        input(random.reals(kRowCount * channel_count, -2, 2)),
        offsets(row_count),
        names(row_count),
        weights(random.reals(row_count, 0, 1)) {
    for (auto& offset : offsets) {
      offset = static_cast<std::int32_t>(random.integer(0, kRowCount - 1) * channels);
    }
    for (std::size_t i = 0; i < count; ++i) names[i] = static_cast<std::int32_t>(3 * i);
  }
  [[nodiscard]] float at(std::size_t row, std::size_t channel) const {
    return input[static_cast<std::size_t>(offsets[row]) + channel];
  }
};

template <class Body>
void for_cases(unsigned seed, Body body) {
  Random random(seed);
  for (const std::size_t channels : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 21, 31, 63, 64, 65, 130}) {
    for (const std::size_t count : {0, 1, 2, 3, 9, 100}) {
      body(random, RowsCase(random, channels, count), describe({channels, count}));
    }
  }
}

}  // namespace

TEST("sum_rows adds up weighted rows") {
  for_cases(1, [](Random&, const RowsCase& of, const std::string& which) {
    std::vector<Expected> expected(of.channels);
    for (std::size_t i = 0; i < of.count; ++i) {
      for (std::size_t c = 0; c < of.channels; ++c) expected[c].add_product(of.weights[i], of.at(i, c));
    }
    on_every_isa([&](const Kernels& use, const std::string& isa) {
      std::vector<float> out(of.channels, 7);
      use.sum_rows(of.input.data(), of.offsets.data(), of.weights.data(), of.count, of.channels, out.data());
      check_near(isa + which, out, expected);
    });
  });
}

TEST("max_rows takes the greatest number of all rows") {
  for_cases(2, [](Random&, RowsCase of, const std::string& which) {
    for (std::size_t i = 0; i < of.input.size(); i += 5)
      of.input[i] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> expected(of.channels, -std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < of.count; ++i) {
      for (std::size_t c = 0; c < of.channels; ++c) {
        if (of.at(i, c) > expected[c]) expected[c] = of.at(i, c);
      }
    }
    on_every_isa([&](const Kernels& use, const std::string& isa) {
      std::vector<float> out(of.channels, 7);
      use.max_rows(of.input.data(), of.offsets.data(), of.count, of.channels, out.data());
      CHECK_EQ(out == expected ? "" : isa + which, "");
    });
  });
}

TEST("argmax_of_rows names the first greatest; what it chose is summed") {
  for_cases(3, [](Random& random, RowsCase of, const std::string& which) {
    for (float& x : of.input) x = std::round(x);  // many are the greatest
    std::vector<std::int32_t> expected(of.channels, -1);
    std::vector<float> top(of.channels, -std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < of.count; ++i) {
      for (std::size_t c = 0; c < of.channels; ++c) {
        if (of.at(i, c) > top[c]) top[c] = of.at(i, c), expected[c] = of.names[i];
      }
    }
    std::vector<std::int32_t> chosen(of.input.size());
    for (auto& name : chosen) name = static_cast<std::int32_t>(3 * random.integer(0, 3));
    std::vector<Expected> sums(of.channels);
    for (std::size_t i = 0; i < of.count; ++i) {
      for (std::size_t c = 0; c < of.channels; ++c) {
        if (chosen[static_cast<std::size_t>(of.offsets[i]) + c] == of.names[i]) sums[c].add(of.at(i, c));
      }
    }
    on_every_isa([&](const Kernels& use, const std::string& isa) {
      std::vector<std::int32_t> out(of.channels, 7);
      use.argmax_of_rows(of.input.data(), of.offsets.data(), of.names.data(), of.count, of.channels,
                         out.data());
      CHECK_EQ(out == expected ? "" : isa + which, "");
      std::vector<float> gradient(of.channels, 7);
      use.sum_chosen_rows(of.input.data(), chosen.data(), of.offsets.data(), of.names.data(), of.count,
                          of.channels, gradient.data());
      check_near(isa + which, gradient, sums);
    });
  });
}

TEST("sum_chosen_rows of no row is 0") {
  on_every_isa([](const Kernels& use, const std::string&) {
    std::vector<float> out(5, 7);
    use.sum_chosen_rows(nullptr, nullptr, nullptr, nullptr, 0, out.size(), out.data());
    CHECK(out == std::vector<float>(5, 0));
  });
}

}  // namespace densecrf::oracle
