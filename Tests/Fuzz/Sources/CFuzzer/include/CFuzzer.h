#ifndef ODOMETER_CFUZZER_H
#define ODOMETER_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with the arguments of a command line, which it may change, and gives it one function to call with each
/// input. Returns the exit status. It stands in the runtime that comes with the compiler.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));

#endif
