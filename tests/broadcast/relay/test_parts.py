"""What a relay is made of, by itself: what is remembered of a show, stamps, and whether a target takes what it gets."""

from storecast.broadcast.relay.delivery import WINDOW, Delivery
from storecast.broadcast.relay.hub import MAX_GROUP, Hub
from storecast.broadcast.relay.stamps import Stamps
from storecast.broadcast.tags import Kind, Tag

HEADER = Tag(Kind.VIDEO, 0, b"video header", b"avc1", header=True)
SOUND_HEADER = Tag(Kind.AUDIO, 0, b"sound header", b"mp4a", header=True)
METADATA = Tag(Kind.DATA, 0, b"\x02\x00\x0d@setDataFrame\x02\x00\x0aonMetaData")


def picture(stamp: int, *, key: bool = False, size: int = 10) -> Tag:
    return Tag(Kind.VIDEO, stamp, bytes(size), b"avc1", keyframe=key)


def sound(stamp: int) -> Tag:
    return Tag(Kind.AUDIO, stamp, b"sound", b"mp4a")


def put(hub: Hub, *tags: Tag) -> list[bool]:
    return [hub.put(tag) for tag in tags]


def test_who_joins_is_given_headers_and_all_since_the_newest_keyframe() -> None:
    hub = Hub()
    put(hub, METADATA, HEADER, SOUND_HEADER, picture(0, key=True), picture(40), picture(9000, key=True), sound(9010))
    beginning = hub.beginning()
    assert [tag.payload for tag in beginning[:3]] == [METADATA.payload, HEADER.payload, SOUND_HEADER.payload]
    assert {tag.timestamp for tag in beginning[:3]} == {9000}, "headers of long ago would be a jump back"
    assert [tag.timestamp for tag in beginning[3:]] == [9000, 9010]


def test_one_joins_at_keyframes_alone_where_there_is_a_picture() -> None:
    hub = Hub()
    assert put(hub, HEADER, sound(0), picture(0), picture(40, key=True), sound(50)) == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert put(Hub(), SOUND_HEADER, sound(0), sound(20)) == [False, True, True]


def test_new_headers_end_what_came_before_them() -> None:
    hub = Hub()
    put(hub, HEADER, picture(0, key=True), Tag(Kind.VIDEO, 40, b"another", b"hvc1", header=True))
    assert hub.beginning() == []
    put(hub, picture(80, key=True))
    assert hub.beginning()[0].payload == b"another"
    hub.clear()
    assert hub.beginning() == []


def test_of_a_group_too_long_nothing_is_kept_until_the_next_keyframe() -> None:
    hub = Hub()
    put(hub, HEADER, picture(0, key=True), *(picture(at, size=MAX_GROUP // 4) for at in range(40, 240, 40)))
    assert hub.beginning() == []
    put(hub, picture(400, key=True))
    assert len(hub.beginning()) == 2


def test_stamps_begin_at_0_and_go_on_where_the_publishers_jump() -> None:
    stamps = Stamps()
    assert [stamps.told(at, at / 1000) for at in (5000, 5040, 5030, 5080)] == [0, 40, 30, 80]
    assert stamps.told(0, 5.080 + 12.0) == 12_080, "another take, after twelve seconds"
    assert stamps.told(40, 17.120) == 12_120
    assert stamps.told(3_600_040, 17.160) == 12_160


def test_stamps_count_on_past_32_bits_of_the_publishers() -> None:
    stamps = Stamps()
    assert [stamps.told(at, 0.0) for at in (2**32 - 40, 2**32 - 1, 39)] == [0, 39, 79]


def test_sound_a_little_before_the_first_picture_does_not_wrap_around() -> None:
    stamps = Stamps()
    assert [stamps.told(at, 0.0) for at in (1000, 990, 1040)] == [0, 0, 40]


def test_target_that_confirms_no_more_is_behind() -> None:
    delivery, total = Delivery(), 0
    for second in range(1, 31):
        total += WINDOW
        delivery.sent(total, float(second))
        if second <= 10:
            delivery.acknowledged(total)
            assert delivery.behind(float(second)) == 0
    assert delivery.behind(30.0) > 15


def test_target_that_confirms_seldom_or_never_is_not_behind() -> None:
    never, seldom, total = Delivery(), Delivery(), 0
    for second in range(1, 200):
        total += WINDOW
        for delivery in (never, seldom):
            delivery.sent(total, float(second))
        if second % 40 == 0:
            seldom.acknowledged(total)
        assert never.behind(float(second)) == 0
        assert seldom.behind(float(second)) == 0


def test_confirmations_of_something_else_are_not_believed() -> None:
    delivery = Delivery()
    delivery.sent(1000, 1.0)
    delivery.acknowledged(123_456_789)
    delivery.sent(10_000_000, 2.0)
    assert delivery.behind(60.0) == 0
