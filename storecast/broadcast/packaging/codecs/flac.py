"""FLAC (RFC 9639): STREAMINFO as `dfLa` (Encapsulation of FLAC in ISO Base Media File Format)."""

from storecast.broadcast.packaging.codecs.bits import Bits, BitWriter
from storecast.broadcast.packaging.codecs.codec import AudioCodec, BadConfiguration, ConversionNeeded
from storecast.broadcast.packaging.codecs.sample_entry import audio_entry, full_box

_MAGIC = b"fLaC"
_STREAMINFO = 34  # bytes
_BLOCK, _LAST_BLOCK = b"\x00\x00\x00\x22", b"\x80\x00\x00\x22"  # type and length
_SLOWEST, _FASTEST = 8_000, 192_000  # Hz; what browsers play
_LEAST_LARGEST = 192  # samples; of no encoder are all blocks shorter
_SMALLEST_BLOCK = 16  # samples
_DEPTHS = (8, 16, 24, 32)  # bits a sample that Chromium reads
_SYNC = 0b111_1111_1111_1100  # 15 bits
_SILENT_SAMPLES = 1024
_CONSTANT = 0  # subframe header
_CRC8, _CRC16 = 0x07, 0x8005


def read(configuration: bytes) -> AudioCodec:
    """Takes the metadata block of a file or what is in it alone, as ffmpeg sends it.

    Raises `BadConfiguration`, and `ConversionNeeded` for samples browsers do not read.
    """
    block = configuration.removeprefix(_MAGIC)
    if block[:4] in (_BLOCK, _LAST_BLOCK):  # no STREAMINFO begins so: 0 is no block size
        block = block[4:]
    info = block[:_STREAMINFO]
    if len(info) < _STREAMINFO:
        raise BadConfiguration("no STREAMINFO")
    bits = Bits(info)  # section 8.2
    smallest, largest = bits.take(16), bits.take(16)
    bits.take(48)
    rate, channels, depth = bits.take(20), bits.take(3) + 1, bits.take(5) + 1
    if not rate or smallest < _SMALLEST_BLOCK or largest < smallest:
        raise BadConfiguration("a STREAMINFO of no sound")
    if not _SLOWEST <= rate <= _FASTEST or largest < _LEAST_LARGEST:
        raise BadConfiguration(f"blocks of {largest} samples at {rate} Hz")
    if depth not in _DEPTHS:
        raise ConversionNeeded(f"FLAC with samples of {depth} bits")
    lasting = info[:4] + bytes(6) + info[10:13] + bytes([info[13] & 0xF0]) + bytes(20)  # lengths and hash are not known
    specific = full_box(b"dfLa", 0, 0, _LAST_BLOCK, lasting)
    entry = audio_entry(b"fLaC", channels, _expressible(rate), specific, depth=depth)  # browsers compare the depth
    length = min(max(_SILENT_SAMPLES, smallest), largest)
    return AudioCodec("fLaC", rate, channels, entry, 0, _silence(length, channels, depth), length)


def samples_in(frame: bytes | memoryview) -> int:
    """Length of a frame by its header (section 9.1); 0 where it is malformed."""
    if len(frame) < 6 or frame[0] != 0xFF or frame[1] & 0xFE != 0xF8:
        return 0
    code = frame[2] >> 4
    if code in (6, 7):  # said behind the coded number, which is as long as its first bits say
        ones = 8 - (frame[4] ^ 0xFF).bit_length()
        at = 4 + max(ones, 1)
        said = frame[at : at + code - 5]
        return int.from_bytes(said) + 1 if len(said) == code - 5 else 0
    if code == 1:
        return 192
    return 0 if code == 0 else 576 << code - 2 if code < 6 else 256 << code - 8


def _expressible(rate: int) -> int:
    """The greatest regular division that a sample entry holds."""
    while rate >= 1 << 16:
        rate //= 2
    return rate


def _silence(samples: int, channels: int, depth: int) -> bytes:
    """A frame of constant subframes (sections 9.1 and 9.2.3), rate and depth as STREAMINFO says."""
    header = BitWriter().put(_SYNC, 15).put(0, 1)  # blocks of one size
    header.put(7, 4).put(0, 4).put(channels - 1, 4).put(0, 4)
    header.put(0, 8).put(samples - 1, 16)  # coded number, uncommon block size
    begun = header.bytes()
    subframes = BitWriter()
    for _ in range(channels):
        subframes.put(_CONSTANT, 8).put(0, depth)
    frame = begun + _crc(begun, 8, _CRC8) + subframes.bytes()
    return frame + _crc(frame, 16, _CRC16)


def _crc(data: bytes, width: int, polynomial: int) -> bytes:
    """Sections 9.1.8 and 9.3: most significant bit first, from 0."""
    value = 0
    for byte in data:
        value ^= byte << width - 8
        for _ in range(8):
            value = value << 1 ^ (polynomial if value >> width - 1 else 0)
            value &= (1 << width) - 1
    return value.to_bytes(width // 8)
