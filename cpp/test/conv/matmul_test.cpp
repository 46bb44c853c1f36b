#include "densecrf/matmul.h"

#include "conv/conv_case.h"
#include "densecrf/batch_norm.h"

namespace densecrf::oracle {
namespace {

std::vector<double> product(const MatmulShape& s, const std::vector<float>& left,
                            const std::vector<float>& right, const Epilogue& epilogue) {
  std::vector<double> out;
  for (std::size_t b = 0; b < s.batch; ++b) {
    const float* const l = left.data() + (s.one_left ? 0 : b * s.rows * s.depth);
    const float* const r = right.data() + (s.one_right ? 0 : b * s.depth * s.columns);
    for (std::size_t i = 0; i < s.rows; ++i) {
      for (std::size_t j = 0; j < s.columns; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < s.depth; ++k) {
          sum += static_cast<double>(l[s.transpose_left ? k * s.rows + i : i * s.depth + k]) *
                 static_cast<double>(r[s.transpose_right ? j * s.depth + k : k * s.columns + j]);
        }
        out.push_back(activated(sum, epilogue, j));
      }
    }
  }
  return out;
}

}  // namespace

TEST("matmul agrees with double precision, for any number of threads bit by bit") {
  Random random(81);
  for (int round = 0; round < 80; ++round) {
    const auto yes = [&] { return random.integer(0, 1) != 0; };
    const MatmulShape shape{.rows = random.integer(1, yes() ? 4 : 200),
                            .depth = random.integer(1, yes() ? 20 : 600),
                            .columns = random.integer(1, yes() ? 20 : 300),
                            .batch = random.integer(1, yes() ? 3 : 12),
                            .transpose_left = yes(),
                            .transpose_right = yes(),
                            .one_left = yes(),
                            .one_right = yes()};
    const auto left = normal_floats(random, shape.batch * shape.rows * shape.depth, 1);
    const auto right = normal_floats(random, shape.batch * shape.depth * shape.columns, 1);
    const auto bias = normal_floats(random, shape.columns, 1);
    const auto slopes = normal_floats(random, shape.columns, 1);
    const Epilogue fused{yes() ? std::span<const float>(bias) : std::span<const float>(),
                         static_cast<Activation>(round % 7), 0.1F, slopes};
    const Epilogue epilogue = yes() ? fused : Epilogue{};
    const auto expected = product(shape, left, right, epilogue);
    std::vector<float> out(expected.size());
    const std::string which =
        std::to_string(shape.rows) + " " + std::to_string(shape.depth) + " " + std::to_string(shape.columns);
    on_every_machine(
        which, out, [&] { return matmul(shape, left, right, epilogue, out, {}); },
        [&] { check_close(which, out, expected, 3e-5); });
    if (shape.batch > 1 || shape.transpose_left) continue;
    const auto run = [&] {
      const PlanResult made = plan_matmul(shape, right, epilogue, {});
      return made.status == Status::kOk ? made.plan->run(left.data(), out.data(), shape.columns, {})
                                        : made.status;
    };
    on_every_machine(which, out, run, [&] { check_close(which, out, expected, 3e-5); });
  }
}

TEST("fold_batch_norm makes a convolution normalise") {
  Random random(82);
  const ConvShape shape = same_conv3(7, 5, 11, 1);
  const RandomLayer layer(random, shape, Activation::kNone);
  const auto mean = normal_floats(random, 11, 1), scale = normal_floats(random, 11, 1);
  const auto offset = normal_floats(random, 11, 1), variance = random.reals(11, 0.1, 2);
  for (const bool whole : {true, false}) {
    BatchNorm norm{.mean = mean, .variance = variance, .scale = {}, .offset = {}};
    if (whole) norm.scale = scale, norm.offset = offset;
    auto expected = conv2d(shape, layer.input, layer.filter, layer.epilogue());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::size_t c = i % 11;
      expected[i] =
          (expected[i] - static_cast<double>(mean[c])) / std::sqrt(static_cast<double>(variance[c]) + 0.001);
      if (whole) expected[i] = expected[i] * static_cast<double>(scale[c]) + static_cast<double>(offset[c]);
    }
    auto filter = layer.filter, bias = layer.bias;
    fold_batch_norm(norm, filter, bias);
    const auto folded = conv2d(shape, layer.input, filter, {bias, Activation::kNone, 0, {}});
    for (std::size_t i = 0; i < folded.size(); ++i) CHECK_CLOSE(folded[i], expected[i], 1e-5);
  }
}

}  // namespace densecrf::oracle
