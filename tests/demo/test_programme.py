import asyncio

from storecast.demo.programme import Programme


async def test_a_slot_is_the_product_the_picture_turned_to() -> None:
    programme = Programme()
    programme.turn(1, 100, 16)
    slot = await programme.next()
    assert (slot.product.name, slot.turn, slot.begins, slot.ends, slot.moment(0.5)) == ("Reed", 0, 100, 116, 108)


async def test_a_product_shown_again_has_another_turn() -> None:
    programme = Programme()
    turns = []
    for index, part in enumerate((0, 0, 1, 2, 0)):
        programme.turn(part, 16 * index, 16)
        slot = await programme.next()
        turns.append((slot.product.name, slot.turn))
    assert turns == [("Dune", 0), ("Dune", 1), ("Reed", 0), ("Orbit", 0), ("Dune", 2)]


async def test_the_next_slot_is_waited_for() -> None:
    programme = Programme()
    programme.turn(0, 100, 16)
    await programme.next()
    waiting = asyncio.create_task(programme.next())
    await asyncio.sleep(0)
    assert not waiting.done()
    programme.turn(1, 116, 16)
    assert (await waiting).product.name == "Reed"


async def test_who_was_held_up_goes_on_with_what_is_shown_now() -> None:
    programme = Programme()
    for part in (0, 1, 2):
        programme.turn(part, 16 * part, 16)
    assert (await programme.next()).product.name == "Orbit"
