"""Sums that add up: what a discount takes off each line, and what pieces of a line cost."""

from collections.abc import Sequence


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` of minor units over lines by their weights: each rounded half up, the remainder the largest line's."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [(2 * amount * weight + whole) // (2 * whole) for weight in weights]
    largest = max(range(len(weights)), key=lambda at: weights[at])
    parts[largest] += amount - sum(parts)
    return parts


def part(amount: int, before: int, pieces: int, of: int) -> int:
    """What `pieces` of a line of `of` cost after `before` of them: all pieces together cost exactly `amount`."""
    return _rounded(amount * (before + pieces), of) - _rounded(amount * before, of)


def _rounded(amount: int, by: int) -> int:
    return (2 * amount + by) // (2 * by)
