#pragma once
// The order of a point cloud. Neighbours in a picture are neighbours in memory; the points of a cloud may
// come in any order, and a tile of strangers shares no vertices.
#include <cstdint>
#include <vector>

#include "lattice/features.h"

namespace densecrf {

/// Points along a Z-order curve through their features, or nothing where consecutive points are mostly close
/// already. Only for a grid of one axis.
[[nodiscard]] std::vector<std::uint32_t> point_order(const Features& features, std::size_t points);

}  // namespace densecrf
