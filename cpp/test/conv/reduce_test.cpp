#include "densecrf/reduce.h"

#include "conv/conv_case.h"

namespace densecrf::oracle {

TEST("softmax and argmax over the last axis, for any number of threads bit by bit") {
  Random random(51);
  for (const auto& shape :
       {std::pair<std::size_t, std::size_t>{1, 1}, {1, 100'000}, {7, 5000}, {20'000, 21}, {200'000, 2}}) {
    const std::size_t rows = shape.first, length = shape.second;
    const auto input = random.reals(rows * length, -5, 5);
    std::vector<double> expected(input.size());
    std::vector<std::int32_t> greatest(rows), indices(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const float* const row = &input[i * length];
      greatest[i] = static_cast<std::int32_t>(std::max_element(row, row + length) - row);
      double sum = 0;
      for (std::size_t j = 0; j < length; ++j) sum += std::exp(static_cast<double>(row[j]));
      for (std::size_t j = 0; j < length; ++j)
        expected[i * length + j] = std::exp(static_cast<double>(row[j])) / sum;
    }
    std::vector<float> out(input.size());
    on_every_machine(
        "softmax", out, [&] { return softmax(input, length, out), Status::kOk; },
        [&] { check_close("softmax", out, expected, 1e-5); });
    on_every_machine(
        "argmax", indices, [&] { return argmax(input, length, indices), Status::kOk; },
        [&] { CHECK(indices == greatest); });
  }
}

}  // namespace densecrf::oracle
