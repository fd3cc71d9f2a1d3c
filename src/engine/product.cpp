#include "engine/product.hpp"

#include <algorithm>

namespace litura::engine {

void PackedRight::shape(const Kernels& kernels, std::size_t depth, std::size_t columns) {
    depth_ = depth;
    columns_ = columns;
    width_ = kernels.tile_columns;
    panels_ = (columns + width_ - 1) / width_;
    data_.reserve(depth * panels_ * width_);
}

std::size_t PackedRight::depth_of(std::size_t chunk) const {
    return std::min(kChunk, depth_ - chunk * kChunk);
}

std::size_t PackedRight::offset(std::size_t chunk, std::size_t index) const {
    return chunk * kChunk * panels_ * width_ + index * depth_of(chunk) * width_;
}

void PackedRight::pack(const Kernels& kernels, Matrix b, std::size_t chunk, std::size_t panel) {
    const std::size_t column = panel * width_;
    kernels.pack_right(b.from(chunk * kChunk, column), depth_of(chunk),
                       std::min(width_, columns_ - column), data_.data() + offset(chunk, panel));
}

void PackedRight::pack_all(const Kernels& kernels, Matrix b) {
    for (std::size_t chunk = 0; chunk < chunks(); ++chunk) {
        for (std::size_t panel = 0; panel < panels_; ++panel) pack(kernels, b, chunk, panel);
    }
}

namespace {

/// Panels of tile_rows rows. Where memory runs along the rows, a few k at a time for all panels, so
/// that whole cache lines are used while they are there.
void pack_block(const Kernels& kernels, Matrix a, std::size_t rows, std::size_t depth, float* out) {
    const std::size_t height = kernels.tile_rows;
    const std::size_t step = a.row_stride == 1 ? 16 : depth;
    for (std::size_t k = 0; k < depth; k += step) {
        for (std::size_t row = 0; row < rows; row += height) {
            kernels.pack_left(a.from(row, k), std::min(height, rows - row),
                              std::min(step, depth - k), out + row * depth + k * height);
        }
    }
}

}  // namespace

void product_rows(const Kernels& kernels, Matrix a, std::size_t rows, const PackedRight& b,
                  std::size_t depth, std::size_t columns, float* c, std::size_t c_stride, Sum sum,
                  float* left_scratch) {
    const std::size_t height = kernels.tile_rows, width = kernels.tile_columns;
    for (std::size_t begin = 0; begin < depth; begin += kChunk) {
        const std::size_t length = std::min(kChunk, depth - begin);
        const ChunkPlace place{begin == 0 && !sum.goes_on, begin + length == depth && !sum.more};
        pack_block(kernels, a.from(0, begin), rows, length, left_scratch);
        for (std::size_t column = 0; column < columns; column += width) {
            const float* right = b.panel(begin / kChunk, column / width);
            for (std::size_t row = 0; row < rows; row += height) {
                kernels.tile(std::min(height, rows - row), std::min(width, columns - column),
                             length, left_scratch + row * length, right,
                             c + row * c_stride + column, c_stride, place);
            }
        }
    }
}

Products::Products(const Kernels& kernels, const Team& team) : kernels_(&kernels), team_(team) {
    for (std::size_t slot = 0; slot < team.slots(); ++slot) left_.emplace_back(kLeftScratch);
}

void Products::pack(Matrix b, std::size_t depth, std::size_t columns, PackedRight& packed) const {
    packed.shape(*kernels_, depth, columns);
    team_.run(packed.chunks() * packed.panels(), [&](std::size_t, std::size_t item) {
        packed.pack(*kernels_, b, item / packed.panels(), item % packed.panels());
    });
}

void Products::multiply(Matrix a, std::size_t rows, const PackedRight& b, float* c,
                        std::size_t c_stride, Sum sum) {
    // At least four blocks a thread, so that all end at about the same time; whole register tiles.
    const std::size_t height = kernels_->tile_rows;
    const std::size_t share = rows / (4 * team_.slots()) / height * height;
    const std::size_t block = std::clamp(share, height, kBlockRows / height * height);
    team_.run_blocks(rows, block, [&](std::size_t slot, std::size_t begin, std::size_t end) {
        product_rows(*kernels_, a.from(begin, 0), end - begin, b, b.depth(), b.columns(),
                     c + begin * c_stride, c_stride, sum, left_[slot].data());
    });
}

}  // namespace litura::engine
