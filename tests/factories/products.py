"""Products and their pictures."""

import io
from typing import Any

from PIL import Image

from tests.factories.platform import Client

Json = dict[str, Any]


def picture(width: int = 60, height: int = 40, colour: str = "teal", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def upload(content: bytes | None = None) -> tuple[str, bytes, str]:
    return ("lamp.png", content if content is not None else picture(), "image/png")


async def shelf_product(owner: Client, channel: str, name: str = "Lamp", price: str = "23.6", **fields: str) -> Json:
    answer = await owner.post(
        f"events/{channel}/products/add",
        data={"name": name, "link": "https://shop.test/lamp", "price": price, **fields},
        files={"image": upload()},
    )
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def catalogue_product(owner: Client, name: str = "Lamp", **fields: str) -> Json:
    answer = await owner.post(
        "profile/products/create",
        data={"name": name, "link": "https://shop.test/lamp", "price": "10", **fields},
        files=[("image[]", upload())],
    )
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data
