// CAR version 1: the blocks of an atproto repository, one after the other.
#pragma once

#include "corpus/importers/dag_cbor.hpp"
#include "corpus/importers/unpack.hpp"

namespace litura::corpus {

struct Block {
    Cid cid;
    ByteView bytes;     ///< valid until the next call
    bool sound = true;  ///< the bytes are what the CID says
};

class CarReader {
public:
    explicit CarReader(ReadBytes source) : source_(std::move(source)) {}
    /// The first root. Code::bad_input if this is no CAR of version 1 with a root.
    Result<Cid> root();
    /// Blocks whose CIDs are of other kinds are passed over. Code::bad_input for a file that is
    /// broken or cut off.
    Result<std::optional<Block>> next();

private:
    Result<std::optional<ByteView>> section();
    Result<bool> fill(std::span<std::uint8_t> out);

    ReadBytes source_;
    Bytes section_;
};

}  // namespace litura::corpus
