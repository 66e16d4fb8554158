"""Draws the show to standard output: raw RGB frames, one after the other; the argument says how many.

A process of its own: drawing takes a processor for itself, which whoever sends the picture must not wait for, and some
hundred megabytes, which go when it ends.
"""

import sys

from storecast.demo import products


def main() -> None:
    film = products.film()
    for index in range(int(sys.argv[1])):
        sys.stdout.buffer.write(film.frame(index).tobytes())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
