from storecast.contracts.bus import Kind
from storecast.kit.kept import MOST_BYTES, Keeper, Kept, key_of

SIZE = MOST_BYTES // 8


async def test_kept_answers_take_no_more_memory_than_allowed() -> None:
    keeper = Keeper()
    keeper.listening = True

    async def find() -> tuple[str, None]:
        return "room", None

    async def make(_: None) -> Kept:
        return Kept.of("room", 1, True, bytes(SIZE))

    keys = [key_of(Kind.SHELF, f"http://shop.test:{port}", "lamps") for port in range(20)]
    for key in keys:
        await keeper.get(key, find, make, waits=True)
    assert [keeper.kept(key) is not None for key in keys] == [False] * 12 + [True] * 8


def test_a_slug_is_kept_once_however_it_is_spelled() -> None:
    assert key_of(Kind.SHELF, "", "Lamps") == key_of(Kind.SHELF, "", "lamps")
    assert key_of(Kind.SHELF, "", "A" * 32) != key_of(Kind.SHELF, "", "a" * 32)
