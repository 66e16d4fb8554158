from storecast.kit.passwords import hash_password, verify_password


async def test_a_password_costs_what_owasp_asks_for(costly_passwords: None) -> None:
    stored = await hash_password("a long password")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(stored, "a long password")
    assert not await verify_password(stored, "another password")


async def test_a_password_is_the_same_however_its_letters_are_composed() -> None:
    stored = await hash_password("caf\u00e9 au lait")
    assert await verify_password(stored, "cafe\u0301 au lait")


async def test_nobody_has_a_password() -> None:
    assert not await verify_password(None, "nobody has this password")
