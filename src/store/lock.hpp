// What one process at a time may do in a project ("derive", "rights"), and how it takes its turn:
// Database::lock. The engine that holds the rows holds the locks, so that several machines on one
// database exclude each other.
#pragma once

namespace litura {

/// Held until destroyed; let go also when its process dies.
class Lock {
public:
    Lock() = default;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    virtual ~Lock() = default;
};

}  // namespace litura
