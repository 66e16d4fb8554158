"""AAC: AudioSpecificConfig (ISO/IEC 14496-3, clause 1.6), `esds` (ISO/IEC 14496-1 and -14) and silence."""

from msgspec import Struct

from storecast.broadcast.packaging.codecs.bits import Bits, BitWriter
from storecast.broadcast.packaging.codecs.codec import AudioCodec, BadConfiguration, ConversionNeeded
from storecast.broadcast.packaging.codecs.sample_entry import audio_entry, full_box

_LC, _SBR, _PS = 2, 5, 29  # audio object types, table 1.17
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)  # table 1.18
_ESCAPED = 15
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)  # of channelConfiguration, table 1.19
_RARE_CONFIGURATIONS = (11, 12, 13, 14)  # 6.1 and more, which browsers do not know
_SBR_SYNC, _PS_SYNC = 0x2B7, 0x548  # table 1.15
_SCE, _CPE, _LFE, _END = 0, 1, 3, 7  # table 4.85
_ELEMENTS: dict[int, tuple[int, ...]] = {  # of each channelConfiguration, in their order
    1: (_SCE,),
    2: (_CPE,),
    3: (_SCE, _CPE),
    4: (_SCE, _CPE, _SCE),
    5: (_SCE, _CPE, _CPE),
    6: (_SCE, _CPE, _CPE, _LFE),
    7: (_SCE, _CPE, _CPE, _CPE, _LFE),
}
_LAYOUTS = {  # front, side and back elements and number of LFEs of a program_config_element that mean the same
    ((_SCE,), (), (), 0): 1,
    ((_CPE,), (), (), 0): 2,
    ((_SCE, _CPE), (), (), 0): 3,
    ((_SCE, _CPE), (), (_SCE,), 0): 4,
    ((_SCE, _CPE), (), (_CPE,), 0): 5,
    ((_SCE, _CPE), (_CPE,), (), 0): 5,
    ((_SCE, _CPE), (), (_CPE,), 1): 6,
    ((_SCE, _CPE), (_CPE,), (), 1): 6,
    ((_SCE, _CPE, _CPE), (), (_CPE,), 1): 7,
}


class _Config(Struct, frozen=True):
    rate: int  # of the core
    channels: int  # channelConfiguration
    short: bool  # 960 samples a frame in place of 1024
    explicit: int = 0  # _SBR or _PS where the object type says so
    synced: bool | None = None  # sbrPresentFlag behind a sync word
    synced_ps: bool | None = None
    extended_rate: int = 0  # of spectral band replication


def read(configuration: bytes) -> AudioCodec:
    """Raises `BadConfiguration`, and `ConversionNeeded` for what browsers do not take."""
    config = _read(Bits(configuration))
    if config.rate not in _RATES or (config.extended_rate and config.extended_rate not in _RATES):
        raise ConversionNeeded(f"AAC of {config.rate} samples a second")  # Chromium refuses others
    doubled = config.extended_rate // config.rate if config.explicit else 1
    ps = config.explicit == _PS or config.synced_ps is True
    kind = _PS if ps else _SBR if config.explicit or config.synced else _LC
    rate = config.rate * doubled
    frame = (960 if config.short else 1024) * doubled
    channels = 2 if ps else _CHANNELS[config.channels]
    entry = audio_entry(b"mp4a", channels, rate, full_box(b"esds", 0, 0, _descriptors(_written(config))))
    return AudioCodec(f"mp4a.40.{kind}", rate, channels, entry, frame, _silence(config.channels), frame)


def _read(bits: Bits) -> _Config:
    """AudioSpecificConfig, table 1.15."""
    kind = _object_type(bits)
    rate = _rate(bits)
    channels = bits.take(4)
    explicit, extended_rate = 0, 0
    if kind in (_SBR, _PS):
        explicit, extended_rate = kind, _rate(bits)
        kind = _object_type(bits)
        if extended_rate not in (rate, 2 * rate):
            raise BadConfiguration(f"band replication from {rate} to {extended_rate} samples a second")
    if kind == 0:
        raise BadConfiguration("no audio object type")
    if kind != _LC:
        raise ConversionNeeded(f"MPEG-4 audio of object type {kind}")
    short = bits.flag()  # GASpecificConfig, table 4.1
    if bits.flag():  # dependsOnCoreCoder
        bits.take(14)
    bits.flag()  # extensionFlag
    if channels == 0:
        channels = _layout(bits)
    elif channels in _RARE_CONFIGURATIONS:
        raise ConversionNeeded(f"AAC with channel configuration {channels}")
    elif channels not in _ELEMENTS:
        raise BadConfiguration(f"channel configuration {channels}")
    synced = synced_ps = None
    if not explicit and bits.left >= 16 and bits.take(11) == _SBR_SYNC and bits.take(5) == _SBR and bits.left:
        synced = bits.flag()
        if synced:
            extended_rate = _rate(bits)
            if bits.left >= 12 and bits.take(11) == _PS_SYNC:
                synced_ps = bits.flag()
    return _Config(rate, channels, short, explicit, synced, synced_ps, extended_rate)


def _object_type(bits: Bits) -> int:
    """Table 1.16."""
    kind = bits.take(5)
    return 32 + bits.take(6) if kind == 31 else kind


def _rate(bits: Bits) -> int:
    index = bits.take(4)
    if index == _ESCAPED:
        rate = bits.take(24)
    elif index < len(_RATES):
        rate = _RATES[index]
    else:
        rate = 0
    if rate == 0:
        raise BadConfiguration("no sampling rate")
    return rate


def _layout(bits: Bits) -> int:
    """The channelConfiguration that means the same as this program_config_element (table 4.2)."""
    bits.take(10)  # element_instance_tag, object_type, sampling_frequency_index
    fronts, sides, backs = bits.take(4), bits.take(4), bits.take(4)
    lfes, data, coupled = bits.take(2), bits.take(3), bits.take(4)
    for mixdown in (4, 4, 3):
        if bits.flag():
            bits.take(mixdown)
    places = [tuple(_CPE if bits.take(5) >> 4 else _SCE for _ in range(count)) for count in (fronts, sides, backs)]
    bits.take(4 * lfes + 4 * data + 5 * coupled)
    bits.align()
    bits.take(8 * bits.take(8))  # comment
    front, side, back = places
    found = _LAYOUTS.get((front, side, back, lfes))
    if found is None or coupled:
        raise ConversionNeeded(f"AAC with {fronts} front, {sides} side, {backs} back and {lfes} LFE elements")
    return found


def _written(config: _Config) -> bytes:
    """AudioSpecificConfig with a channelConfiguration and rates by index, as Chromium wants them."""
    bits = BitWriter()
    bits.put(config.explicit or _LC, 5).put(_RATES.index(config.rate), 4).put(config.channels, 4)
    if config.explicit:
        bits.put(_RATES.index(config.extended_rate), 4).put(_LC, 5)
    bits.put(config.short, 1).put(0, 2)
    if config.synced is not None:
        bits.put(_SBR_SYNC, 11).put(_SBR, 5).put(config.synced, 1)
        if config.synced:
            bits.put(_RATES.index(config.extended_rate), 4)
        if config.synced_ps is not None:
            bits.put(_PS_SYNC, 11).put(config.synced_ps, 1)
    return bits.bytes()


def _descriptors(specific_config: bytes) -> bytes:
    """ES_Descriptor, ISO/IEC 14496-1, clause 7.2.6.5, with what ISO/IEC 14496-14, clause 4.1.2, sets in it."""
    decoder = bytes((0x40, 5 << 2 | 1)) + bytes(11) + _descriptor(5, specific_config)  # audio; sizes and rates unsaid
    return _descriptor(3, bytes(3) + _descriptor(4, decoder) + _descriptor(6, b"\x02"))


def _descriptor(tag: int, content: bytes) -> bytes:
    """ISO/IEC 14496-1, clause 8.3.3; none here is longer than 127 bytes."""
    return bytes((tag, len(content))) + content


def _silence(configuration: int) -> bytes:
    """raw_data_block (table 4.3) of elements without a scale factor band."""
    bits = BitWriter()
    tags = dict.fromkeys((_SCE, _CPE, _LFE), 0)
    for element in _ELEMENTS[configuration]:
        bits.put(element, 3).put(tags[element], 4)  # element_instance_tag
        tags[element] += 1
        if element == _CPE:
            bits.put(1, 1)  # common_window
            _put_ics_info(bits)
            bits.put(0, 2)  # ms_mask_present
            for _ in range(2):
                bits.put(0, 8).put(0, 3)
        else:
            bits.put(0, 8)  # global_gain
            _put_ics_info(bits)
            bits.put(0, 3)  # pulse_data_present, tns_data_present, gain_control_data_present
    return bits.put(_END, 3).bytes()


def _put_ics_info(bits: BitWriter) -> None:
    """Table 4.6: one long window, max_sfb 0, no predictor."""
    bits.put(0, 1).put(0, 2).put(0, 1).put(0, 6).put(0, 1)
