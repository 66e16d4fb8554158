"""How pictures and sound are encoded that browsers do not take as they are: options of ffmpeg."""

from storecast.processing.facts import Facts

LONG_SIDE, SHORT_SIDE = 1920, 1080  # pixels at most
MOST_FRAMES = 60  # a second
KEYFRAME_SECONDS = 4
_THREADS = 4  # each holds pictures of its own, and all of them together stay within the memory of a child
_TRANSFERS = {"PQ": "smpte2084", "HLG": "arib-std-b67"}
# From light of up to 10,000 cd/m² to what a plain screen shows: ffmpeg's own recipe for its `tonemap`.
# What a file says of its colours is often not all of it.
_TONE_MAPPED = (
    "setparams=color_primaries=bt2020:color_trc={}:colorspace=bt2020nc,zscale=t=linear:npl=100,format=gbrpf32le,"
    "zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
)


def filters(facts: Facts, width: int, height: int) -> list[str]:
    """That make pictures of `width` and `height`, upright, whole and in the colours of a plain screen."""
    made = ["bwdif=mode=send_frame"] if facts.interlaced else []
    made += [f"scale={width}:{height}", "setsar=1"]
    if facts.video_range in _TRANSFERS:
        made.append(_TONE_MAPPED.format(_TRANSFERS[facts.video_range]))
    return [*made, "format=yuv420p"]


def fitted(facts: Facts, long_side: int, short_side: int) -> tuple[int, int]:
    """Width and height that lie within both, even, of the same shape and not enlarged."""
    width, height = facts.width or 0, facts.height or 0
    scale = min(1.0, long_side / max(width, height), short_side / min(width, height))
    return max(round(width * scale / 2) * 2, 2), max(round(height * scale / 2) * 2, 2)


def decoding() -> list[str]:
    """Before the input."""
    return ["-threads", str(_THREADS), "-filter_threads", "2"]


def shown(facts: Facts) -> list[str]:
    """Filters to what browsers take of a picture."""
    made = filters(facts, *fitted(facts, LONG_SIDE, SHORT_SIDE))
    return [f"fps={MOST_FRAMES}", *made] if (facts.frame_rate or 0) > MOST_FRAMES * 1.01 else made


# Where sound is missing there is silence, so that it keeps its place. Six channels become two.
HEARD = "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo"
SOUND = ("-c:a", "aac", "-b:a", "128k")
_H264 = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high"),
    *("-threads", str(_THREADS), "-fps_mode", "vfr", "-enc_time_base", "1:90000"),
)
PICTURE = (
    *(*_H264, "-maxrate", "8M", "-bufsize", "16M"),
    *("-force_key_frames", f"expr:gte(t,n_forced*{KEYFRAME_SECONDS})"),
)


def rung(rate: int, keyframes: str) -> tuple[str, ...]:
    """At most `rate` bits a second, with keyframes at these seconds and the beginning alone."""
    return (
        *(*_H264, "-maxrate", str(rate), "-bufsize", str(2 * rate)),
        *("-g", "1000000", "-sc_threshold", "0", "-force_key_frames", keyframes),
    )
