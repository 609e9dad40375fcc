#!/usr/bin/env python3
"""Takes the ledger's safeguards out, one at a time, and sees whether its tests notice.

Each mutant is one change of the sources: a sync, a checksum, a comparison of hashes that is no longer there. The ledger's
library and its tests are built in a package of their own below .build, so that a mutant costs seconds, not minutes. A
mutant that no test kills is an error, and so is one whose text is not found: the list must follow the code.

usage: mutants.py [--only N[,N...]] [--every K]     every K-th mutant only, for a short run
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "mutants"

STORE = "Store/DirectoryStore.swift"
DIRECTORY = "Store/LedgerDirectory.swift"
FRAME = "Format/Frame.swift"
HEADER = "Format/FrameHeader.swift"
CHAIN = "Store/Chain.swift"
TAIL = "Store/TornTail.swift"
READER = "Store/SegmentReader.swift"

# (what is gone, file, text, replacement)
MUTANTS = [
    ("fdatasync of a frame", STORE, "        try writing.file.syncData()\n", ""),
    ("fsync of a sealed segment", STORE, "        try file.truncate(to: size)\n        try file.sync()\n",
     "        try file.truncate(to: size)\n"),
    ("fsync of what a killed writer left", STORE, "try directory.disk.open(path(last), .writing).sync()",
     "_ = try directory.disk.open(path(last), .writing)"),
    ("directory fsync of segments that a killed writer left", STORE,
     "        try directory.disk.syncDirectory(directory.segments)\n", ""),
    ("fsync of a new file before its rename", DIRECTORY, "        try file.sync()\n", ""),
    ("directory fsync after a rename", DIRECTORY,
     "        try disk.rename(temporary, to: target)\n        try disk.syncDirectory(directory)\n",
     "        try disk.rename(temporary, to: target)\n"),
    ("directory fsync of a new directory", DIRECTORY,
     "        try disk.makeDirectory(directory)\n        try disk.syncDirectory(parent(of: directory))\n",
     "        try disk.makeDirectory(directory)\n"),
    ("directory fsync above a ledger that is there", DIRECTORY,
     "        try disk.syncDirectory(parent(of: path))\n", ""),
    ("rename of a whole file into place", DIRECTORY, '        let temporary = target + ".tmp"\n',
     "        let temporary = target\n"),
    ("copy of a torn tail", STORE,
     "        try directory.createAtomically(copy, in: directory.quarantine, bytes: bytes)\n", ""),
    ("cut of a torn tail", STORE, "        try seal(segment, at: offset, epoch: epoch)\n", ""),
    ("epoch check of an append", STORE,
     "epoch: UInt64) throws(LedgerError) {\n        try check(epoch)\n        var writing",
     "epoch: UInt64) throws(LedgerError) {\n        var writing"),
    ("refusal of the same epoch twice", STORE, "guard epoch > newest else", "guard epoch >= newest else"),
    ("writer epoch of the first segment", READER, "let chain = Chain(epoch: segments[0].header.epoch)",
     "let chain = Chain()"),
    ("poison after a failed write", "Store/SegmentWriter.swift", "            poison = error\n", ""),
    ("checksum of a payload", FRAME, "guard checksum == CRC32C.checksum(stored) else", "guard true else"),
    ("zeros of the padding", FRAME, "guard padding.allSatisfy({ $0 == 0 }) else", "guard true else"),
    ("hash of a frame", FRAME, "guard hash == frameHash(headerBytes, checksum) else", "guard true else"),
    ("digest of a payload", FRAME, "guard Digest256(sha256: payload) == header.payload else", "guard true else"),
    ("checksum of a frame header", HEADER,
     "guard try reader.integer(UInt32.self) == checksum(Array(bytes.prefix(size - 4)), in: ledger) else",
     "_ = try reader.integer(UInt32.self)\n        guard true else"),
    ("ledger id in a header's checksum", HEADER, "CRC32C.checksum(ledger.bytes + bytes)", "CRC32C.checksum(bytes)"),
    ("durable floor below the frame's number", HEADER, ", floor < seq else", " else"),
    ("checksum of a segment header", "Format/SegmentHeader.swift",
     "guard try reader.integer(UInt32.self) == CRC32C.checksum(Array(bytes.prefix(size - 4))) else",
     "_ = try reader.integer(UInt32.self)\n        guard true else"),
    ("sequence number of the next frame", CHAIN, "if next.seq != seq + 1 {", "if false {"),
    ("hash of the frame before", CHAIN,
     'if next.previous != hash { return "frame', 'if false { return "frame'),
    ("epoch of the next frame", CHAIN, 'if next.epoch < epoch { return "frame', 'if false { return "frame'),
    ("first frame of the next segment", CHAIN, "if next.firstSeq != seq + 1 {", "if false {"),
    ("hash of the frame before a segment", CHAIN,
     'if next.previous != hash { return "the segment', 'if false { return "the segment'),
    ("durable floor of a later frame", TAIL, "isDisplaced || header.durableFloor > chain.seq", "isDisplaced"),
    ("displaced frame behind a break", TAIL,
     "let isDisplaced = header.seq == chain.seq + 1 && place > start", "let isDisplaced = false"),
    ("torn tails in the last segment only", READER, "mayBeTorn: index == segments.count - 1)", "mayBeTorn: true)"),
    ("zeros to the very end", READER, "return try bytes.endOfData(from: offset, to: size) == offset", "return true"),
    ("zeros in the last segment only", READER, "guard index == segments.count - 1, headerBytes", "guard headerBytes"),
    ("index that knows more than the segments", "Store/LedgerScan.swift", "state.seq > chain.seq else { return }",
     "state.seq > chain.seq, false else { return }"),
    ("hash of the index's last frame", READER,
     "frame.hash == mark.chain.hash, frame.header.seq", "frame.header.seq"),
    ("records that add up", "Format/CommitCodec.swift",
     "guard let read = range.counts.checkedRead, read == range.records else", "guard range.counts.checkedRead != nil else"),
    ("totals of a seal", "Index/IndexTransaction.swift",
     "try SealedTotals.totals(after: seal.after, upTo: seal.before, in: db) == seal.totals", "true"),
]

# Those that look at what the safeguards are for; the long campaigns would only say the same later.
SUITES = (
    "SimulationTests|/DamageTests|TornTailTests|StoreTests|FaultTests|GoldenSegmentTests|SealTests|IndexTests|LockTests|"
    "CommitCodecTests|ForgedFrameTests"
)

PACKAGE = """// swift-tools-version: 6.2
import PackageDescription

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let features: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let package = Package(
    name: "mutants",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CPrefetch"),
        .target(name: "CCRC32C"),
        .target(name: "UsageModel", swiftSettings: features),
        .target(name: "Execution", dependencies: ["CMalloc"], swiftSettings: features),
        .target(
            name: "Windowing",
            dependencies: ["UsageModel", "CPrefetch", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: features),
        .target(
            name: "Ledger",
            dependencies: [
                "UsageModel", "Execution", "CCRC32C", "CLZ4", "CPrefetch", crypto,
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: features),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Ledger", "UsageModel", "Windowing", crypto, .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: features),
    ]
)
"""


def run(command, environment=None, limit=1_200):
    return subprocess.run(
        command, cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit,
        env={**os.environ, **(environment or {})})


def lay_out():
    """Copies the sources into the package; files that did not change keep their times, so that they are not built again."""
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "Package.swift").write_text(PACKAGE)
    for folder in ["Sources/CCRC32C", "Sources/CLZ4", "Sources/CMalloc", "Sources/CPrefetch", "Sources/UsageModel", "Sources/Execution", "Sources/Windowing", "Sources/Ledger", "Tests/LedgerTests"]:
        target = WORK / folder
        wanted = {p.relative_to(ROOT / folder) for p in (ROOT / folder).rglob("*") if p.is_file()}
        for path in wanted:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            text = (ROOT / folder / path).read_bytes()
            if not (target / path).exists() or (target / path).read_bytes() != text:
                (target / path).write_bytes(text)
        for path in [p for p in target.rglob("*") if p.is_file()]:
            if path.relative_to(target) not in wanted:
                path.unlink()


def test():
    """Builds and tests; the tests' output, and whether they passed."""
    # Fewer crashes than a run of the tests has: a mutant has to die quickly or not at all.
    # Optimised, but file by file: of the library only what the mutant changed is compiled again.
    command = ["swift", "test", "-Xswiftc", "-O", "--filter", SUITES]
    result = run(command, {"ODOMETER_ENDS": "6000", "SWIFT_BACKTRACE": "enable=no"})
    return result.stdout, result.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    chosen = list(enumerate(MUTANTS, 1))
    if options.only:
        chosen = [(n, m) for n, m in chosen if str(n) in options.only.split(",")]
    chosen = chosen[:: options.every]

    lay_out()
    output, passed = test()
    if not passed:
        print(output[-4_000:])
        sys.exit("the tests fail without any mutant")

    killed, survivors = 0, []
    for number, (what, name, text, replacement) in chosen:
        path = WORK / "Sources" / "Ledger" / name
        source = path.read_text()
        if source.count(text) != 1:
            survivors.append(f"{number} {what}: its text is {source.count(text)} times in {name}")
            continue
        path.write_text(source.replace(text, replacement))
        started = time.monotonic()
        try:
            output, passed = test()
        except subprocess.TimeoutExpired:
            output, passed = "", False
        finally:
            path.write_text(source)
        seconds = time.monotonic() - started
        if "error: " in output and "Test run" not in output and "Compiling" in output and "recorded an issue" not in output:
            survivors.append(f"{number} {what}: it does not build")
        elif passed:
            survivors.append(f"{number} {what}: no test notices")
        else:
            killed += 1
        state = "survives" if passed else "killed"
        print(f"mutant {number:2} {state:8} {seconds:5.0f} s  without the {what}", flush=True)
    print(f"{killed} mutants killed of {len(chosen)}")
    for line in survivors:
        print(f"SURVIVES {line}")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    shutil.which("swift") or sys.exit("swift is not here")
    main()
