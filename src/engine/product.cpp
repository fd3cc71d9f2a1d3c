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

std::size_t PackedRight::pieces(Matrix b) const {
    return chunks() * (b.row_stride == 1 ? panels_ : kChunk / kPieceRows);
}

void PackedRight::pack(const Kernels& kernels, Matrix b, std::size_t piece) {
    const std::size_t in_chunk = pieces(b) / chunks();
    const std::size_t chunk = piece / in_chunk, index = piece % in_chunk;
    const bool down = b.row_stride == 1;
    const std::size_t first_row = down ? 0 : index * kPieceRows;
    if (first_row >= depth_of(chunk)) return;
    const std::size_t rows =
        down ? depth_of(chunk) : std::min(kPieceRows, depth_of(chunk) - first_row);
    for (std::size_t panel = down ? index : 0; panel < (down ? index + 1 : panels_); ++panel) {
        const std::size_t column = panel * width_;
        kernels.pack_right(b.from(chunk * kChunk + first_row, column), rows,
                           std::min(width_, columns_ - column),
                           data_.data() + offset(chunk, panel) + first_row * width_);
    }
}

void PackedRight::pack_all(const Kernels& kernels, Matrix b) {
    for (std::size_t piece = 0; piece < pieces(b); ++piece) pack(kernels, b, piece);
}

void product_rows(const Kernels& kernels, Matrix a, std::size_t rows, const PackedRight& b,
                  std::size_t depth, std::size_t columns, float* c, std::size_t c_stride, Sum sum,
                  float* left_scratch) {
    const std::size_t height = kernels.tile_rows, width = kernels.tile_columns;
    for (std::size_t begin = 0; begin < depth; begin += kChunk) {
        const std::size_t length = std::min(kChunk, depth - begin);
        const ChunkPlace place{begin == 0 && !sum.goes_on, begin + length == depth && !sum.more};
        kernels.pack_left(a.from(0, begin), rows, length, left_scratch);
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
    team_.run(packed.pieces(b),
              [&](std::size_t, std::size_t piece) { packed.pack(*kernels_, b, piece); });
}

void Products::multiply(Matrix a, std::size_t rows, const PackedRight& b, float* c,
                        std::size_t c_stride, Sum sum) {
    // Whole register tiles in blocks of nearly one size, a multiple of the threads, so that all end
    // together.
    const std::size_t height = kernels_->tile_rows;
    const std::size_t tiles = (rows + height - 1) / height;
    const std::size_t most = kBlockRows / height;
    const std::size_t rounds =
        std::max<std::size_t>((tiles + most - 1) / most / team_.slots() + 1, 2);
    const std::size_t blocks = std::min(tiles, rounds * team_.slots());
    team_.run(blocks, [&](std::size_t slot, std::size_t block) {
        const std::size_t begin = tiles * block / blocks * height;
        const std::size_t end = std::min(rows, tiles * (block + 1) / blocks * height);
        product_rows(*kernels_, a.from(begin, 0), end - begin, b, b.depth(), b.columns(),
                     c + begin * c_stride, c_stride, sum, left_[slot].data());
    });
}

}  // namespace litura::engine
