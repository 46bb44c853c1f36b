#include "densecrf/batch_norm.h"

#include <cmath>
#include <cstddef>

namespace densecrf {

void fold_batch_norm(const BatchNorm& norm, std::span<float> filter, std::span<float> bias) noexcept {
  const std::size_t channels = bias.size();
  for (std::size_t c = 0; c < channels; ++c) {
    const double scale = norm.scale.empty() ? 1 : static_cast<double>(norm.scale[c]);
    const double offset = norm.offset.empty() ? 0 : static_cast<double>(norm.offset[c]);
    const double spread =
        std::sqrt(static_cast<double>(norm.variance[c]) + static_cast<double>(norm.epsilon));
    const double factor = scale / spread;
    for (std::size_t i = c; i < filter.size(); i += channels) {
      filter[i] = static_cast<float>(static_cast<double>(filter[i]) * factor);
    }
    const double centred = static_cast<double>(bias[c]) - static_cast<double>(norm.mean[c]);
    bias[c] = static_cast<float>(centred * factor + offset);
  }
}

}  // namespace densecrf
