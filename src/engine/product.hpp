// Matrix products by the canonical rule: chunks of kChunk along k, one fused chain in a chunk,
// chunk sums added in ascending order, + (+0) last. The right operand is packed once and shared by
// all threads; blocks of rows of the left one are packed by the thread that computes them.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/buffer.hpp"
#include "engine/kernels.hpp"
#include "engine/team.hpp"

namespace litura::engine {

/// The right operand (depth x columns), in panels of a register tile's width, chunk after chunk.
class PackedRight {
public:
    /// Takes the shape; new memory only where the old does not suffice.
    void shape(const Kernels& kernels, std::size_t depth, std::size_t columns);
    /// Packing falls into pieces that read memory along its lines: a panel where they run down the
    /// columns, some rows of all panels where they run across.
    std::size_t pieces(Matrix b) const;
    void pack(const Kernels& kernels, Matrix b, std::size_t piece);
    /// Packs all of it on the calling thread.
    void pack_all(const Kernels& kernels, Matrix b);

    std::size_t depth() const { return depth_; }
    std::size_t columns() const { return columns_; }
    std::size_t chunks() const { return (depth_ + kChunk - 1) / kChunk; }
    const float* panel(std::size_t chunk, std::size_t index) const {
        return data_.data() + offset(chunk, index);
    }

private:
    static constexpr std::size_t kPieceRows = 32;

    std::size_t depth_of(std::size_t chunk) const;
    std::size_t offset(std::size_t chunk, std::size_t index) const;

    Buffer data_;
    std::size_t depth_ = 0, columns_ = 0, panels_ = 0, width_ = 0;
};

/// A longer sum computed in several calls, each a whole number of chunks but the last.
struct Sum {
    bool goes_on = false;  ///< adds to what C holds
    bool more = false;     ///< another call will follow
};

/// The most rows that product_rows takes at once, and the scratch memory it wants.
inline constexpr std::size_t kBlockRows = 288;
inline constexpr std::size_t kLeftScratch = (kBlockRows + 16) * kChunk;

/// C (rows x columns) = A * B on the calling thread, where only the first `depth` rows and
/// `columns` columns of B take part. rows <= kBlockRows.
void product_rows(const Kernels& kernels, Matrix a, std::size_t rows, const PackedRight& b,
                  std::size_t depth, std::size_t columns, float* c, std::size_t c_stride, Sum sum,
                  float* left_scratch);

/// Products on all threads of a team.
class Products {
public:
    Products(const Kernels& kernels, const Team& team);

    void pack(Matrix b, std::size_t depth, std::size_t columns, PackedRight& packed) const;
    /// C (rows x b.columns()) = A * B.
    void multiply(Matrix a, std::size_t rows, const PackedRight& b, float* c, std::size_t c_stride,
                  Sum sum = {});

private:
    const Kernels* kernels_;
    Team team_;
    std::vector<Buffer> left_;  ///< one a slot
};

}  // namespace litura::engine
