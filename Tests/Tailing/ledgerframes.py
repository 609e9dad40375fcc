"""Reads the commits of a ledger that is being written: when each was made, and how far it read which partition.

Written from Schemas/ledger.md, with the standard library only.
"""

import dataclasses
import hashlib
import struct

SEGMENT_HEADER = 128
FRAME_HEADER = struct.Struct("<4sBBHQQQqII32s32sII")
FRAME_MAGIC = b"\xf5ODF"
COMMIT, LZ4 = 1, 1
TRAILER = 4 + 32


@dataclasses.dataclass
class Commit:
    # Nanoseconds since 1970, taken when the frame was about to be written.
    time: int
    # Byte offsets by the partitions' ids.
    positions: dict


class CommitFollower:
    """Gives each commit once, soon after it was written."""

    def __init__(self, ledger):
        self.segments = ledger / "segments"
        self.segment = None
        self.offset = 0

    def new_commits(self):
        commits = []
        while True:
            frame = self.next_frame()
            if frame is not None:
                commits += [] if frame == () else [frame]
            elif not self.go_to_next_segment():
                return commits

    def go_to_next_segment(self):
        later = sorted(path for path in self.segments.glob("*.seg") if self.segment is None or path > self.segment)
        if not later:
            return False
        self.segment, self.offset = later[0], SEGMENT_HEADER
        return True

    def next_frame(self):
        """A commit, `()` for a frame that is none, None where no whole frame stands yet."""
        if self.segment is None:
            return None
        with open(self.segment, "rb") as file:
            file.seek(self.offset)
            header = file.read(FRAME_HEADER.size)
            if len(header) < FRAME_HEADER.size or header[:4] != FRAME_MAGIC:
                return None
            _, kind, codec, _, _, _, _, time, length, stored, _, digest, _, _ = FRAME_HEADER.unpack(header)
            body = file.read(stored)
        try:
            payload = lz4_block(body) if codec == LZ4 else body
        except IndexError:
            return None
        # Of a frame that is just being written the rest is still zeros.
        if len(payload) != length or hashlib.sha256(payload).digest() != digest:
            return None
        size = FRAME_HEADER.size + stored
        self.offset += size + -(size + TRAILER) % 8 + TRAILER
        return Commit(time, positions(payload)) if kind == COMMIT else ()


def positions(payload):
    """The positions of the partitions, which stand near the beginning of a commit."""
    fields = Fields(payload, 1 + 2 * 32)
    if fields.byte() == 1:
        fields.varint()
    result = {}
    for _ in range(fields.varint()):
        fields.bytes()
        partition = fields.bytes()
        fields.bytes()
        if fields.byte() != 1:
            raise ValueError("a position that is no byte offset")
        result[partition.decode()] = fields.varint()
    return result


class Fields:
    def __init__(self, payload, offset):
        self.payload = payload
        self.offset = offset

    def byte(self):
        self.offset += 1
        return self.payload[self.offset - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def bytes(self):
        count = self.varint()
        self.offset += count
        return self.payload[self.offset - count : self.offset]


def lz4_block(block):
    """Decompresses: literals and copies of what came before, in turn, until the block ends with literals."""
    output = bytearray()
    place = 0

    def extended(length):
        nonlocal place
        if length == 15:
            while True:
                byte = block[place]
                place += 1
                length += byte
                if byte < 255:
                    break
        return length

    while True:
        token = block[place]
        place += 1
        literals = extended(token >> 4)
        output += block[place : place + literals]
        place += literals
        if place >= len(block):
            return bytes(output)
        distance = block[place] | block[place + 1] << 8
        place += 2
        length = extended(token & 15) + 4
        if distance == 0 or distance > len(output):
            raise IndexError("a copy from before the beginning")
        start = len(output) - distance
        piece = bytes(output[start : start + length])
        output += (piece * (length // distance + 1))[:length]
