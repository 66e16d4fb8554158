from typing import Any

import pytest

from tests.contract.shapes import assert_matches


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        ("number", 2.5),
        ("unknown", None),
        ("number?", None),
        ("number?", 1),
        ({"id": "string"}, {"id": "a", "more": 1}),
        ([{"id": "string"}], []),
        ([], [1, "a"]),
        ({"owner": {"data": {"id": "string"}}}, {"owner": {"data": []}}),
        ({"owner": {"data": []}}, {"owner": {"data": {"id": "a"}}}),
    ],
)
def test_documented_shape_is_accepted(shape: Any, answer: Any) -> None:
    assert_matches(shape, answer)


@pytest.mark.parametrize(
    ("shape", "answer", "complaint"),
    [
        ("number", True, "should be a number"),
        ("boolean", 1, "should be a boolean"),
        ("number?", "1", "should be a number"),
        ("string", None, "should be a string"),
        ({"id": "string"}, {}, "answer lacks `id`"),
        ([{"id": "string"}], [{"id": "a"}, {"id": 1}], r"answer\[1\].id should be a string"),
        ({"data": {"id": "string"}}, {"data": []}, "answer.data should be an object"),
        ({"data": []}, {"data": {}}, "answer.data should be an array"),
    ],
)
def test_other_shape_is_refused(shape: Any, answer: Any, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        assert_matches(shape, answer)
