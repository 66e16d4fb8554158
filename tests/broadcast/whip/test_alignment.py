"""Picture and sound on one time line."""

from storecast.broadcast.whip.alignment import Alignment

LATE = 0.4  # seconds: a keyframe takes long on a line that is not known yet
FIRST = (1 << 32) - 90_000  # stamps count on from anywhere, and over 32 bits
NTP = 3_900_000_000.0


def stamp(first: int, rate: int, seconds: float) -> int:
    return (first + round(seconds * rate)) & 0xFFFFFFFF


def test_pictures_that_come_late_are_put_beside_their_sound_by_the_senders_reports() -> None:
    show, apart = Alignment(), []
    for number in range(3000):
        at = number / 30
        heard = show.heard(stamp(5, 48_000, at), at)
        seen = show.seen(stamp(FIRST, 90_000, at), at + LATE)
        apart.append(seen - heard)
        if number == 30:
            show.picture.told(NTP + at, stamp(FIRST, 90_000, at))
            show.sound.told(NTP + at, stamp(5, 48_000, at))
    assert apart[0] == round(LATE * 1000)
    assert max(map(abs, apart[60:])) <= 1


def test_a_clock_that_drifts_is_followed_without_a_leap() -> None:
    show, last, off = Alignment(), 0, []
    for number in range(9000):
        at = number / 30
        heard = show.heard(stamp(5, 48_000, at * 1.0005), at)
        seen = show.seen(stamp(FIRST, 90_000, at), at)
        if number % 30 == 0:
            show.picture.told(NTP + at, stamp(FIRST, 90_000, at))
            show.sound.told(NTP + at, stamp(5, 48_000, at * 1.0005))
        if number:
            assert 25 <= seen - last <= 40
        last = seen
        off.append(seen - heard)
    assert max(map(abs, off)) <= 5


def test_reports_that_cannot_be_are_not_believed_and_time_only_grows() -> None:
    show = Alignment()
    before = 0
    for number in range(300):
        at = number / 30
        show.heard(stamp(5, 48_000, at), at)
        seen = show.seen(stamp(FIRST, 90_000, at), at)
        show.picture.told(0.0 if number % 2 else NTP, stamp(FIRST, 90_000, at))
        show.sound.told(NTP - 1000 * number, stamp(5, 48_000, at))
        assert seen > before
        before = seen
    assert abs(before - (1000 + round(299 / 30 * 1000))) <= 1000
