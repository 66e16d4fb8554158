"""The rules themselves: a show that keeps all is told so, and each that is broken is found, and it alone."""

import re
from collections.abc import Callable

import pytest
from msgspec import Struct

from tests.broadcast.hls_rules.record import Offer, Record
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.hls_rules.show import Frame, Plan, edited, fragment, picture, show

LATER = 20.0  # a moment in the middle of the show
PART = "part-85.m4s"  # listed first at 20.4 s, not the first of its segment
SEGMENT = "segment-8.m4s"  # finished at 21.6 s


def test_a_show_that_keeps_the_rules_breaks_none() -> None:
    record = show()
    assert broken_rules(record) == []
    assert len(record.media) == 181
    assert sum("EXT-X-DISCONTINUITY\n" in offer.text for offer in record.media) > 50


class Breach(Struct, frozen=True):
    """A show that breaks a rule, and what is said of it."""

    record: Callable[[], Record]
    clause: str
    words: str
    besides: tuple[str, ...] = ()  # clauses that cannot but be broken with it


def text(
    pattern: str,
    replacement: str,
    clause: str,
    words: str,
    since: float = 0.0,
    until: float = float("inf"),
    besides: tuple[str, ...] = (),
) -> Breach:
    return Breach(lambda: edited(show(), pattern, replacement, since, until), clause, words, besides)


def plan(plan: Plan, clause: str, words: str, *besides: str) -> Breach:
    return Breach(lambda: show(plan), clause, words, besides)


def variant(pattern: str, replacement: str, clause: str, words: str) -> Breach:
    def broken() -> Record:
        record = show()
        record.multivariant = [
            Offer(offer.at, re.sub(pattern, replacement, offer.text)) for offer in record.multivariant
        ]
        return record

    return Breach(broken, clause, words)


def changed(change: Callable[[Record], object], clause: str, words: str, *besides: str) -> Breach:
    def broken() -> Record:
        record = show()
        change(record)
        return record

    return Breach(broken, clause, words, besides)


def media(uri: str, data: bytes, clause: str, words: str, *besides: str) -> Breach:
    """Other bytes for a part, and for its segment as well, so that they stay the same."""

    def broken() -> Record:
        record = show()
        whole = record.resources[SEGMENT]
        whole.data = whole.data.replace(record.resources[uri].data, data)
        record.resources[uri].data = data
        return record

    return Breach(broken, clause, words, besides)


def gone(uri: str, after: float) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        found = record.resources[uri]
        found.until = found.since + after

    return change


def bent(wanted: str, **ticks: int) -> bytes:
    """The bytes of a part with its fields changed: `decoded` (added), `duration` (of each picture), `keyframe`."""
    number = int(wanted.removeprefix("part-").removesuffix(".m4s")) - 1
    frames = [picture(bool(ticks.get("keyframe")) and index == 0) for index in range(6)]
    for frame in frames:
        frame.duration = ticks.get("duration", frame.duration)
        frame.sync = bool(ticks.get("sync", frame.sync))
    begins = number * 6 * 3600 + ticks.get("decoded", 0)
    sound = -(-number * 11_520 // 1024), -(-(number + 1) * 11_520 // 1024)
    sounds = [Frame(bytes(20), 1024) for _ in range(*sound)]
    return fragment({1: (begins, frames), 2: (sound[0] * 1024 + ticks.get("sound", 0), sounds)})


def doubled(record: Record) -> None:
    """The last segment finishes twice: another one after the end."""
    last = record.media[-1]
    more = last.text.replace(
        "#EXT-X-ENDLIST", "#EXT-X-PROGRAM-DATE-TIME:2025-06-15T15:07:23.200Z\n#EXTINF:2.4,\nmore.m4s"
    )
    record.media.append(Offer(last.at + 1, f"{more}#EXT-X-ENDLIST\n"))
    record.resources["more.m4s"] = record.resources["segment-17.m4s"]
    record.ends += 1


def renumbered(record: Record) -> None:
    """From the middle on one segment number too many."""
    edited(record, r"(MEDIA-SEQUENCE:)(\d+)", lambda found: f"{found[1]}{int(found[2]) + 1}", since=LATER)


def swallowed_discontinuity(record: Record) -> None:
    """The count does not grow as the discontinuity leaves."""
    edited(record, r"DISCONTINUITY-SEQUENCE:1", "DISCONTINUITY-SEQUENCE:0")


def parts_dropped_early(record: Record) -> None:
    """All but the newest segment's parts are gone."""
    record.media = [Offer(offer.at, "\n".join(_without_old_parts(offer.text.split("\n")))) for offer in record.media]


def _without_old_parts(lines: list[str]) -> list[str]:
    newest = max((at for at, line in enumerate(lines) if line.startswith("#EXTINF")), default=0)
    before = max((at for at, line in enumerate(lines[:newest]) if line.startswith("#EXTINF")), default=0)
    return [line for at, line in enumerate(lines) if not line.startswith("#EXT-X-PART:") or at > before]


def whole_of(record: Record, number: int) -> list[str]:
    """The lines of a segment's parts."""
    offer = next(offer for offer in record.media if f"segment-{number}.m4s" in offer.text)
    before = offer.text.split(f"segment-{number - 1}.m4s\n")[1]
    return re.findall(r"#EXT-X-PART:.*\n", before.split("#EXTINF")[0])


def parts_kept(record: Record) -> None:
    """Segment 2 has its parts as long as it is listed."""
    lines = "".join(whole_of(record, 2))

    def put_back(found: re.Match[str]) -> str:
        return found[0] if "EXT-X-PART:" in found[0] else f"{found[1]}{lines}{found[2]}"

    edited(record, r"^(#EXT-X-PROGRAM-DATE-TIME:.*\n)((?:#EXT-X-PART:.*\n)*#EXTINF.*\nsegment-2\.m4s)", put_back)


def unfinished(record: Record) -> None:
    """The show ends within a segment."""
    last = record.media[-2]
    record.media[-2:] = [
        Offer(last.at, re.sub(r"#EXTINF.*\nsegment-17.m4s\n#EXT-X-PRELOAD-HINT.*", "#EXT-X-ENDLIST", last.text))
    ]


def lost_at_the_end(record: Record) -> None:
    """A playlist without the newest segment follows one that has it."""
    number = next(at for at, offer in enumerate(record.media) if SEGMENT in offer.text)
    record.media.insert(number + 2, Offer(record.media[number + 1].at + 0.1, record.media[number].text))


BREACHES = {
    # one playlist by itself
    "no-header": text(r"\A#EXTM3U\n", "#EXTM3U8\n", "4.4.1.1", "first line"),
    "no-version": text(r"^#EXT-X-VERSION.*\n", "", "4.4.1.2", "no EXT-X-VERSION", besides=("8",)),
    "old-version": text(r"VERSION:6", "VERSION:5", "8", "needs 6"),
    "no-target-duration": text(
        r"^#EXT-X-TARGETDURATION:3\n", "", "4.4.3.1", "no EXT-X-TARGETDURATION", besides=("6.2.1", "6.2.2")
    ),
    "twice-a-tag": text(r"^(#EXT-X-PART-INF.*\n)", r"\1\1", "4.4.3", "a second EXT-X-PART-INF"),
    "unknown-tag": text(r"^#EXT-X-PART-INF", "#EXT-X-FOO:1\n#EXT-X-PART-INF", "4.1", "EXT-X-FOO"),
    "bad-attributes": text(
        r'URI="(part-\d+.m4s)",INDEP',
        r'URI="\1";INDEP',
        "4.2",
        "broken attribute list",
        besides=("6.2.1", "4.4.4.9", "3.2", "4.4.5.3"),
    ),
    "part-without-duration": text(
        r'DURATION=0.24000,URI="part-85', 'URI="part-85', "4.2", "without DURATION", besides=("4.4.4.9", "6.2.1", "3.2")
    ),
    "unquoted-uri": text(r'MAP:URI="(.*)"', r"MAP:URI=\1", "4.2", "no quoted text"),
    "extinf-without-comma": text(
        r"^(#EXTINF:.*),$",
        r"\1",
        "4.4.4.1",
        "EXTINF:2.40000",
        besides=("3.2", "4.4.4.6", "Apple 8.1", "6.2.1", "6.2.2"),
    ),
    "independent-no": text(r"(part-2.m4s\")", r"\1,INDEPENDENT=NO", "4.4.4.9", "only YES"),
    "date-without-zone": text(r"\+00:00$", "", "4.4.4.6", "no zone", besides=("B.1",)),
    "no-date": text(r"^#EXT-X-PROGRAM-DATE-TIME:.*T15:06:42.400.*\n", "", "B.1", "no EXT-X-PROGRAM-DATE-TIME"),
    "no-map": text(r'^#EXT-X-MAP:URI="init-a.mp4"\n', "", "Apple 8.20", "no EXT-X-MAP"),
    "map-after-its-parts": text(
        r"^(#EXT-X-DISCONTINUITY\n)(#EXT-X-MAP.*\n)(#EXT-X-PROG.*\n)(#EXT-X-PART:.*\n)",
        r"\1\3\4\2",
        "4.4.4.9",
        "after a part",
    ),
    "other-init-without-discontinuity": text(
        r"^#EXT-X-DISCONTINUITY\n", "", "4.4.4.3", "no EXT-X-DISCONTINUITY", besides=("6.2.2",)
    ),
    "no-discontinuity-sequence": text(
        r"^#EXT-X-DISCONTINUITY-SEQUENCE:.*\n", "", "Apple 8.17", "no EXT-X-DISC", besides=("6.2.2",)
    ),
    "no-part-target": text(r"^#EXT-X-PART-INF.*\n", "", "4.4.3.7", "no EXT-X-PART-INF"),
    "short-part-hold-back": text(r"PART-HOLD-BACK=0.480", "PART-HOLD-BACK=0.479", "4.4.3.8", "less than two parts"),
    "no-part-hold-back": text(r"PART-HOLD-BACK=0.480,", "", "4.4.3.8", "without PART-HOLD-BACK"),
    "short-hold-back": text(r",HOLD-BACK=9", ",HOLD-BACK=8.9", "4.4.3.8", "less than three target durations"),
    "no-blocking": text(r"CAN-BLOCK-RELOAD=YES,", "", "B.1", "no CAN-BLOCK-RELOAD"),
    "no-hint": text(r"^#EXT-X-PRELOAD-HINT.*\n", "", "B.1", "no EXT-X-PRELOAD-HINT"),
    "hint-of-another-kind": text(r"TYPE=PART", "TYPE=MAP", "4.4.5.3", "of type MAP"),
    "hint-at-the-end": text(
        r"^#EXT-X-ENDLIST",
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-181.m4s"\n#EXT-X-ENDLIST',
        "4.4.5.3",
        "beside EXT-X-ENDLIST",
    ),
    "end-within-a-segment": changed(unfinished, "6.2.1", "segment never comes"),
    # durations as they are declared
    "short-part": plan(Plan({(5, 3): 5}), "4.4.4.9", "below 85% of PART-TARGET"),
    "long-part": plan(Plan({(5, 3): 7}), "4.4.4.9", "longer than PART-TARGET"),
    "long-segment": plan(Plan(parts={5: 15}), "4.4.3.1", "longer than the target duration"),
    "parts-do-not-add-up": text(
        r"EXTINF:2.40000,\nsegment-4", "EXTINF:2.39850,\nsegment-4", "3.2", "its parts 2.40000"
    ),
    # programme time
    "date-leaps": plan(Plan(delayed={5: 0.5}), "4.4.4.6", "go on by 2.900 s over segment 4"),
    "date-drifts-too-fast": plan(Plan(delayed={5: 0.03}), "4.4.4.6", "go on by 2.430 s"),
    "date-falls": plan(Plan(delayed={9: -2.5}), "6.2.1", "by its date"),
    # how it changes
    "target-duration-grows": text(
        "TARGETDURATION:3\n", "TARGETDURATION:4\n", "6.2.1", "changes from 3 to 4", since=LATER, besides=("4.4.3.8",)
    ),
    "part-target-grows": text(
        "PART-TARGET=0.240",
        "PART-TARGET=0.250",
        "4.4.3.7",
        "changes from 0.24 to 0.25",
        since=LATER,
        besides=("4.4.3.8",),
    ),
    "version-changes": text("VERSION:6", "VERSION:9", "6.2.1", "own tags change", since=LATER),
    "sequence-falls": text(r"MEDIA-SEQUENCE:9", "MEDIA-SEQUENCE:8", "6.2.2", "falls from", 42.9, 43.1),
    "sequence-skips": changed(renumbered, "6.2.2", "grows by 1, but 0 segments left"),
    "discontinuity-sequence-stands": changed(swallowed_discontinuity, "6.2.2", "discontinuity sequence number"),
    "discontinuity-sequence-falls": text(r"TY-SEQUENCE:1", "TY-SEQUENCE:0", "6.2.2", "falls from 1 to 0", since=42.9),
    "duration-changes": text(
        r"EXTINF:2.40000,\nsegment-4", "EXTINF:2.40080,\nsegment-4", "6.2.1", "was segment-4.m4s of 2.4 s", since=LATER
    ),
    "name-changes": changed(
        lambda record: (
            edited(record, r"^segment-7.m4s", "segment-seven.m4s", since=LATER),
            record.resources.update({"segment-seven.m4s": record.resources["segment-7.m4s"]}),
        ),
        "6.2.2",
        "grows by 0, but 1 segments left",
    ),
    "date-changes": text("T15:06:56.800", "T15:06:56.801", "6.2.1", "changes its EXT-X-PROGRAM", since=LATER),
    "map-changes": changed(
        lambda record: (
            edited(record, r"init-b.mp4", "init-c.mp4", since=30.0),
            record.resources.update({"init-c.mp4": record.resources["init-b.mp4"]}),
        ),
        "6.2.1",
        "had the init segment init-b.mp4",
    ),
    "part-changes": text(
        r'DURATION=0.24000,(URI="part-85.m4s")', r"DURATION=0.23990,\1", "6.2.1", "other parts than before", since=20.5
    ),
    "too-little-remains": plan(Plan(listed=3), "6.2.2", "less than three target durations", "Apple 8.11"),
    "segments-remain-too-few": plan(Plan(listed=5), "Apple 8.11", "only 5 remain"),
    "lost-from-the-end": changed(lost_at_the_end, "6.2.1", "gone from the end", "4.4.5.3"),
    "grows-after-the-end": changed(doubled, "4.4.3.4", "after EXT-X-ENDLIST", "Apple 7.3", "Apple 8.1"),
    "end-taken-back": changed(
        lambda record: record.media.append(Offer(record.ends, record.media[-1].text.replace("#EXT-X-ENDLIST\n", ""))),
        "4.4.3.4",
        "taken back",
    ),
    "parts-dropped-early": changed(parts_dropped_early, "6.2.1", "loses its parts"),
    "parts-never-dropped": changed(parts_kept, "6.2.2", "still has parts"),
    "hint-was-wrong": text(
        'HINT:TYPE=PART,URI="part-86.m4s', 'HINT:TYPE=PART,URI="part-86b.m4s', "4.4.5.3", "but part-86.m4s came"
    ),
    "hint-of-what-is-there": text(
        'HINT:TYPE=PART,URI="part-86.m4s', 'HINT:TYPE=PART,URI="part-85.m4s', "4.4.5.3", "there already"
    ),
    "part-comes-late": plan(Plan(held_up={(5, 4): 0.2}), "6.2.1", "after the part before it"),
    "segment-comes-late": plan(Plan(held_up={(5, 4): 4.0}), "6.2.1", "later than 1.5 target durations"),
    # how long it can be had
    "part-cannot-be-had": changed(lambda record: record.resources.pop("part-180.m4s"), "6.2.1", "cannot be had"),
    "part-had-too-late": changed(
        lambda record: setattr(record.resources[PART], "since", 20.5), "6.2.1", "before it can be had"
    ),
    "part-gone-while-listed": changed(gone(PART, 5.0), "6.2.1", "gone while it is listed"),
    "part-gone-too-early": changed(gone(PART, 19.0), "6.2.2", "too early"),
    "segment-gone-too-early": changed(gone("segment-0.m4s", 21.0), "6.2.2", "segment-0.m4s is gone at least"),
    "init-gone-too-early": changed(gone("init-a.mp4", 42.5), "6.2.1", "init-a.mp4 is gone at least"),
    # what is in it
    "segment-is-not-its-parts": changed(
        lambda record: setattr(record.resources[SEGMENT], "data", record.resources["segment-7.m4s"].data),
        "3.2",
        "joined",
    ),
    "not-media": media(PART, b"\0\0\0\1nonsense", "3.1.2", PART),
    "cut-media": media(PART, bent(PART)[:-5], "3.1.2", "a b'mdat'"),
    "no-decoding-time": media(PART, bent(PART).replace(b"tfdt", b"free"), "3.1.2", "no 'tfdt'"),
    "unknown-track": media(
        PART, bent(PART).replace(b"tfhd\0\2\0\0\0\0\0\2", b"tfhd\0\2\0\0\0\0\0\3"), "3.1.2", "samples of track 3"
    ),
    "bad-init": changed(
        lambda record: setattr(
            record.resources["init-b.mp4"], "data", record.resources["init-b.mp4"].data.replace(b"mvex", b"free")
        ),
        "3.1.2",
        "no 'mvex'",
    ),
    "independent-untrue": text(
        r'(URI="part-85.m4s")', r"\1,INDEPENDENT=YES", "4.4.4.9", "is called INDEPENDENT, but has no"
    ),
    "independent-untold": text(
        r'(URI="part-81.m4s"),INDEPENDENT=YES', r"\1", "4.4.4.9", "is not called INDEPENDENT, but has an"
    ),
    "sync-untold": media(PART, bent(PART, keyframe=1, sync=0), "3.1.2", "calls none what the bit stream does not"),
    "decoding-time-leaps": media(PART, bent(PART, decoded=7300), "Apple 7.3", "track 1 goes on +0.081 s"),
    "sound-overlaps": media(PART, bent(PART, sound=-2048), "Apple 7.3", "track 2 goes on -0.043 s"),
    "media-lasts-less": media(
        PART, bent(PART, duration=3000), "4.4.4.1", "segment 8 lasts 2.3600 s", "4.4.4.9", "4.4.6.2"
    ),
    "programme-slides": plan(
        Plan(skipped={(segment, 0): 1800 for segment in range(1, 9)}), "Apple 8.1", "of its take are"
    ),
    # what is said of it
    "no-variant": variant(r"#EXT-X-STREAM-INF.*\n.*\n", "", "4.4.6.2", "no EXT-X-STREAM-INF"),
    "no-bandwidth": variant(r":BANDWIDTH=\d+,", ":", "4.4.6.2", "without BANDWIDTH"),
    "bandwidth-too-low": variant(r":BANDWIDTH=\d+", ":BANDWIDTH=90000", "4.4.6.2", "bit/s were measured"),
    "no-average": variant(r",AVERAGE-BANDWIDTH=\d+", "", "Apple 9.14", "without AVERAGE-BANDWIDTH"),
    "average-too-low": variant(r"(AVERAGE-BANDWIDTH)=\d+", r"\1=90000", "Apple 1.28", "bit/s were measured"),
    "no-codecs": variant(r'CODECS=".*",', "", "Apple 9.1", "without CODECS"),
    "other-codecs": variant("avc1.42C01E", "avc1.64001F", "6.2.4", "the media has avc1.42C01E,mp4a.40.2"),
    "no-resolution": variant(r"RESOLUTION=[^,]*,", "", "Apple 9.2", "without RESOLUTION"),
    "other-resolution": variant("640x360", "320x180", "4.4.6.2", "the media has 640x360"),
    "no-frame-rate": variant(r",FRAME-RATE=25.000", "", "Apple 9.15", "without FRAME-RATE"),
    "frame-rate-too-low": variant("FRAME-RATE=25", "FRAME-RATE=24", "4.4.6.2", "the media has 25.000"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_rule_is_found(name: str) -> None:
    breach = BREACHES[name]
    broken = broken_rules(breach.record())
    assert [each for each in broken if each.clause == breach.clause and breach.words in each.words], [*map(str, broken)]
    assert {each.clause for each in broken} - {breach.clause, *breach.besides} == set(), [*map(str, broken)]


def test_a_broken_rule_says_where_it_stands() -> None:
    (broken,) = broken_rules(show(Plan({(5, 3): 5})))
    assert str(broken).startswith("4.4.4.9 at 13.160: segment 5 part 3 of 0.2 s, not its last, is below 85%")


def test_independent_segments_are_taken_at_their_word() -> None:
    assert broken_rules(edited(show(), "^#EXT-X-PART-INF", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-PART-INF")) == []


def test_a_pause_is_no_breach_where_the_publisher_made_it() -> None:
    record = show(Plan(held_up={(5, 4): 4.0}))
    record.late = None
    assert broken_rules(record) == []


def test_a_hint_may_be_withdrawn() -> None:
    record = show()
    paused = record.media[99]
    assert paused.text.endswith('URI="part-101.m4s"\n')
    record.media[99] = Offer(paused.at, paused.text.replace('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-101.m4s"\n', ""))
    assert broken_rules(record) == []
