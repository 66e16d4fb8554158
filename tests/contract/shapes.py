"""Whether an answer has the documented shape."""

from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "number": (int, float), "boolean": bool}


def assert_matches(shape: Any, answer: Any, at: str = "answer") -> None:
    """Every documented key is there with the documented JSON type. Raises AssertionError that says where not."""
    match shape:
        case "unknown":
            return
        case str() if shape.endswith("?"):
            if answer is not None:
                assert_matches(shape.removesuffix("?"), answer, at)
        case str():
            right = isinstance(answer, TYPES[shape]) and (shape == "boolean" or not isinstance(answer, bool))
            assert right, f"{at} should be a {shape}, is {answer!r}"
        case dict():
            assert isinstance(answer, dict), f"{at} should be an object, is {answer!r}"
            for key, inner in shape.items():
                assert key in answer, f"{at} lacks `{key}`"
                if key == "data" and at != "answer" and [] in (inner, answer[key]):
                    continue  # of a nested resource: absent, which is an empty list, in the documentation or here
                assert_matches(inner, answer[key], f"{at}.{key}")
        case list():
            assert isinstance(answer, list), f"{at} should be an array, is {answer!r}"
            for number, item in enumerate(answer):
                for inner in shape:
                    assert_matches(inner, item, f"{at}[{number}]")
