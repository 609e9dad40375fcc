#ifndef CPREFETCH_H
#define CPREFETCH_H

/// Begins to read a line of memory into the cache, and waits for nothing.
static inline void prefetch_line(const void *address) { __builtin_prefetch(address); }

#endif
