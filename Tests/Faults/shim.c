/*
 * Puts faults into the system calls of a program that was not built for it: LD_PRELOAD it.
 *
 * Every call that changes what lies below one directory is counted, from 1. At one count a fault happens. Calls are told
 * apart by the path, or by what /proc says of the descriptor, so that what a program does elsewhere is left alone.
 * The environment says what to do:
 *
 *   ODOMETER_FAULT_BELOW  the directory; nothing happens without it
 *   ODOMETER_FAULT_LOG    a file that each counted call is added to, as "number name path"; it must lie elsewhere
 *   ODOMETER_FAULT_AT     the number of the call that fails; 0 or absent for none
 *   ODOMETER_FAULT_KIND   kill-before  SIGKILL instead of the call
 *                         kill-after   SIGKILL when the call was done
 *                         torn         half of a write, then SIGKILL; other calls as kill-before
 *                         eio          the call fails with EIO, once
 *                         enospc       the call fails with ENOSPC, once; one that needs no space is done
 *                         full         this call and all later ones that need space fail with ENOSPC
 *                         short        half of a write; other calls are done
 *
 * Writes to mapped memory are not seen; SQLite makes none but to its -shm file, which holds nothing that must last.
 */
#define _GNU_SOURCE
#define _LARGEFILE64_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, KILL_BEFORE, KILL_AFTER, TORN, EIO_ONCE, ENOSPC_ONCE, FULL, SHORT };

/* What a call does: faults that make no sense for it leave it alone. */
enum sort { WRITES, NEEDS_SPACE, OTHER };

static const char *below;
static size_t below_length;
static int log_descriptor = -1;
static long fault_at;
static enum kind fault_kind;
static atomic_long calls;

static const char *const kinds[] = {"none", "kill-before", "kill-after", "torn", "eio", "enospc", "full", "short"};

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("ODOMETER_FAULT_LOG");
    const char *at = getenv("ODOMETER_FAULT_AT");
    const char *kind = getenv("ODOMETER_FAULT_KIND");
    below = getenv("ODOMETER_FAULT_BELOW");
    if (below == NULL) return;
    below_length = strlen(below);
    fault_at = at == NULL ? 0 : atol(at);
    for (size_t i = 0; kind != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0) fault_kind = (enum kind)i;
    /* A misspelt kind would make a test that cannot fail. */
    if (fault_at > 0 && fault_kind == NONE) {
        fprintf(stderr, "ODOMETER_FAULT_KIND: unknown kind\n");
        _exit(126);
    }
    if (log != NULL) log_descriptor = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int is_below(const char *path) {
    return below != NULL && strncmp(path, below, below_length) == 0
        && (path[below_length] == '/' || path[below_length] == '\0');
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a call, and says what is to happen to it. */
static enum kind fault(const char *name, const char *path, enum sort sort) {
    if (path == NULL || !is_below(path)) return NONE;
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (log_descriptor >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
        syscall(SYS_write, log_descriptor, line, (size_t)length);
    }
    if (fault_at == 0 || number < fault_at) return NONE;
    if (number > fault_at) return fault_kind == FULL && sort != OTHER ? FULL : NONE;
    switch (fault_kind) {
    case KILL_BEFORE: die(); break;
    case TORN: if (sort != WRITES) die(); break;
    case SHORT: return sort == WRITES ? SHORT : NONE;
    case ENOSPC_ONCE:
    case FULL: return sort == OTHER ? NONE : fault_kind;
    default: break;
    }
    return fault_kind;
}

static enum kind fault_of(const char *name, int descriptor, char path[PATH_MAX], enum sort sort) {
    char link[64];
    if (below == NULL) return NONE;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int before = errno;
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = before;
    if (length < 0) return NONE;
    path[length] = '\0';
    return fault(name, path, sort);
}

/* A path as the kernel would take it; relative ones are resolved, so that no call escapes by its spelling. */
static const char *resolved(int directory, const char *path, char buffer[PATH_MAX]) {
    char link[64], base[PATH_MAX];
    if (below == NULL || path == NULL || path[0] == '/') return path;
    if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t length = readlink(link, base, sizeof base - 1);
    if (length < 0) return path;
    base[length] = '\0';
    if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return path;
    return buffer;
}

/* Fails, or not, as the fault wants it before the call. */
static int refuses(enum kind kind) {
    if (kind == EIO_ONCE) errno = EIO;
    else if (kind == ENOSPC_ONCE || kind == FULL) errno = ENOSPC;
    else return 0;
    return 1;
}

static size_t half(enum kind kind, size_t count) {
    return (kind == SHORT || kind == TORN) && count > 1 ? count / 2 : count;
}

#define REAL(result, name, ...)                                                              \
    static result (*real)(__VA_ARGS__);                                                      \
    if (real == NULL) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define AFTER(kind) do { if ((kind) == KILL_AFTER || (kind) == TORN) die(); } while (0)

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    char path[PATH_MAX];
    enum kind kind = fault_of("write", fd, path, WRITES);
    if (refuses(kind)) return -1;
    ssize_t result = real(fd, bytes, half(kind, count));
    AFTER(kind);
    return result;
}

#define PWRITE(name, offset_type)                                                            \
    ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) {              \
        REAL(ssize_t, name, int, const void *, size_t, offset_type);                         \
        char path[PATH_MAX];                                                                 \
        enum kind kind = fault_of("pwrite", fd, path, WRITES);                               \
        if (refuses(kind)) return -1;                                                        \
        ssize_t result = real(fd, bytes, half(kind, count), offset);                         \
        AFTER(kind);                                                                         \
        return result;                                                                       \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/* Half of a gathered write is its first piece, or half of it when it is the only one. */
static ssize_t gathered(enum kind kind, int fd, const struct iovec *pieces, int count, off64_t offset, int has_offset) {
    struct iovec first;
    if ((kind == SHORT || kind == TORN) && count > 0) {
        first = pieces[0];
        if (count == 1) first.iov_len = half(kind, first.iov_len);
        pieces = &first;
        count = 1;
    }
    ssize_t result = has_offset ? syscall(SYS_pwritev, fd, pieces, count, (long)offset, (long)0)
                                : syscall(SYS_writev, fd, pieces, count);
    AFTER(kind);
    return result;
}

ssize_t writev(int fd, const struct iovec *pieces, int count) {
    char path[PATH_MAX];
    enum kind kind = fault_of("writev", fd, path, WRITES);
    return refuses(kind) ? -1 : gathered(kind, fd, pieces, count, 0, 0);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset) {
    char path[PATH_MAX];
    enum kind kind = fault_of("pwritev", fd, path, WRITES);
    return refuses(kind) ? -1 : gathered(kind, fd, pieces, count, offset, 1);
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t offset) {
    char path[PATH_MAX];
    enum kind kind = fault_of("pwritev", fd, path, WRITES);
    return refuses(kind) ? -1 : gathered(kind, fd, pieces, count, offset, 1);
}

/* Calls on a descriptor that give 0 or -1. */
#define ON_DESCRIPTOR(name, shown, sort, parameters, types, arguments)                       \
    int name parameters {                                                                    \
        static int (*real) types;                                                            \
        if (real == NULL) real = (int (*) types)dlsym(RTLD_NEXT, #name);                     \
        char path[PATH_MAX];                                                                 \
        enum kind kind = fault_of(shown, fd, path, sort);                                    \
        if (refuses(kind)) return -1;                                                        \
        int result = real arguments;                                                         \
        AFTER(kind);                                                                         \
        return result;                                                                       \
    }
ON_DESCRIPTOR(fsync, "fsync", NEEDS_SPACE, (int fd), (int), (fd))
ON_DESCRIPTOR(fdatasync, "fdatasync", NEEDS_SPACE, (int fd), (int), (fd))
ON_DESCRIPTOR(ftruncate, "ftruncate", OTHER, (int fd, off_t size), (int, off_t), (fd, size))
ON_DESCRIPTOR(ftruncate64, "ftruncate", OTHER, (int fd, off64_t size), (int, off64_t), (fd, size))
ON_DESCRIPTOR(fallocate, "fallocate", NEEDS_SPACE, (int fd, int mode, off_t at, off_t size),
              (int, int, off_t, off_t), (fd, mode, at, size))
ON_DESCRIPTOR(fallocate64, "fallocate", NEEDS_SPACE, (int fd, int mode, off64_t at, off64_t size),
              (int, int, off64_t, off64_t), (fd, mode, at, size))

/* Calls on a path that give 0 or -1. */
#define ON_PATH(name, shown, sort, directory, subject, parameters, types, arguments)         \
    int name parameters {                                                                    \
        static int (*real) types;                                                            \
        if (real == NULL) real = (int (*) types)dlsym(RTLD_NEXT, #name);                     \
        char path[PATH_MAX];                                                                 \
        enum kind kind = fault(shown, resolved(directory, subject, path), sort);             \
        if (refuses(kind)) return -1;                                                        \
        int result = real arguments;                                                         \
        AFTER(kind);                                                                         \
        return result;                                                                       \
    }
ON_PATH(rename, "rename", NEEDS_SPACE, AT_FDCWD, to, (const char *from, const char *to),
        (const char *, const char *), (from, to))
ON_PATH(renameat, "rename", NEEDS_SPACE, in, to, (int out, const char *from, int in, const char *to),
        (int, const char *, int, const char *), (out, from, in, to))
ON_PATH(renameat2, "rename", NEEDS_SPACE, in, to,
        (int out, const char *from, int in, const char *to, unsigned int flags),
        (int, const char *, int, const char *, unsigned int), (out, from, in, to, flags))
ON_PATH(link, "link", NEEDS_SPACE, AT_FDCWD, to, (const char *from, const char *to),
        (const char *, const char *), (from, to))
ON_PATH(unlink, "unlink", OTHER, AT_FDCWD, name, (const char *name), (const char *), (name))
ON_PATH(unlinkat, "unlink", OTHER, in, name, (int in, const char *name, int flags),
        (int, const char *, int), (in, name, flags))
ON_PATH(rmdir, "rmdir", OTHER, AT_FDCWD, name, (const char *name), (const char *), (name))
ON_PATH(truncate, "truncate", OTHER, AT_FDCWD, name, (const char *name, off_t size), (const char *, off_t), (name, size))
ON_PATH(truncate64, "truncate", OTHER, AT_FDCWD, name, (const char *name, off64_t size),
        (const char *, off64_t), (name, size))
ON_PATH(mkdir, "mkdir", NEEDS_SPACE, AT_FDCWD, name, (const char *name, mode_t mode), (const char *, mode_t), (name, mode))
ON_PATH(mkdirat, "mkdir", NEEDS_SPACE, in, name, (int in, const char *name, mode_t mode),
        (int, const char *, mode_t), (in, name, mode))

/* An opening counts only when it may make a file. */
static int opening(const char *name, int directory, const char *subject, int flags, mode_t mode) {
    char path[PATH_MAX];
    enum kind kind = NONE;
    if (below != NULL && flags & O_CREAT) {
        /* A full disk does not keep a file that is there from being opened. */
        enum sort sort = faccessat(directory, subject, F_OK, 0) == 0 ? OTHER : NEEDS_SPACE;
        kind = fault(name, resolved(directory, subject, path), sort);
    }
    if (refuses(kind)) return -1;
    int result = (int)syscall(SYS_openat, directory, subject, flags, mode);
    AFTER(kind);
    return result;
}

#define WITH_MODE(flags)                                                                     \
    mode_t mode = 0;                                                                         \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                 \
        va_list rest;                                                                        \
        va_start(rest, flags);                                                               \
        mode = va_arg(rest, mode_t);                                                         \
        va_end(rest);                                                                        \
    }

int open(const char *path, int flags, ...) {
    WITH_MODE(flags)
    return opening("open", AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    WITH_MODE(flags)
    return opening("open", AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    WITH_MODE(flags)
    return opening("open", directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
    WITH_MODE(flags)
    return opening("open", directory, path, flags | O_LARGEFILE, mode);
}

int creat(const char *path, mode_t mode) {
    return opening("open", AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
