#include "pairwise.h"

#include "arguments.h"

namespace densecrf::binding {
namespace {

std::size_t compatibility_length(CompatibilityType type, std::size_t labels) noexcept {
  if (type == CompatibilityType::kPotts) return 1;
  return type == CompatibilityType::kDiagonal ? labels : labels * labels;
}

std::size_t kernel_length(KernelType kernel, std::size_t dimensions) noexcept {
  if (kernel == KernelType::kConst) return 0;
  return kernel == KernelType::kDiag ? dimensions : dimensions * dimensions;
}

std::span<const float> empty_or(const Napi::Value& array, std::size_t length) {
  const std::span<const float> values = borrow<float>(array);
  return values.empty() ? values : borrow<float>(array, length);
}

bool is_bytes(const Napi::Value& array) {
  return array.IsTypedArray() && array.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
}

}  // namespace

Compatibility to_compatibility(const Napi::Value& value, std::size_t labels) {
  const Napi::Object compatibility = to_object(value);
  const auto type =
      choose<CompatibilityType>(compatibility.Get("type"), {{"potts", CompatibilityType::kPotts},
                                                            {"diagonal", CompatibilityType::kDiagonal},
                                                            {"matrix", CompatibilityType::kMatrix}});
  const std::span<const float> values =
      borrow<float>(compatibility.Get("values"), compatibility_length(type, labels));
  return {type, {values.begin(), values.end()}};
}

PairwiseTerm to_pairwise_term(const Napi::Value& value, const DenseCrf& crf, std::size_t axes) {
  const Napi::Object object = to_object(value);
  PairwiseTerm term;
  term.compatibility = to_compatibility(object.Get("compatibility"), crf.labels());
  term.layout = to_layout(object.Get("channelsFirst"));
  term.normalization =
      choose<Normalization>(object.Get("normalization"), {{"none", Normalization::kNone},
                                                          {"before", Normalization::kBefore},
                                                          {"after", Normalization::kAfter},
                                                          {"symmetric", Normalization::kSymmetric}});
  term.kernel = choose<KernelType>(
      object.Get("kernel"),
      {{"const", KernelType::kConst}, {"diag", KernelType::kDiag}, {"full", KernelType::kFull}});
  term.position_sigmas = empty_or(object.Get("positionSigmas"), axes);
  term.channel_sigmas = borrow<float>(object.Get("channelSigmas"));
  const std::size_t dimensions = term.position_sigmas.size() + term.channel_sigmas.size();
  term.kernel_parameters = empty_or(object.Get("kernelParameters"), kernel_length(term.kernel, dimensions));

  const Napi::Value channels = object.Get("channels");
  const std::size_t length = crf.points() * term.channel_sigmas.size();
  if (is_bytes(channels)) {
    term.byte_channels = borrow<std::uint8_t>(channels, length);
  } else if (length > 0) {
    term.float_channels = borrow<float>(channels, length);
  }
  return term;
}

}  // namespace densecrf::binding
