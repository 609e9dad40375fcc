import Testing

/// The program as a user runs it: real processes on real files. One test at a time, for the machine may be small.
@Suite("End to end", .serialized)
enum EndToEnd {}
