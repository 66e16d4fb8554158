"""What is said while each lamp is shown: guests ask and admire, the host answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guest:
    name: str  # shown in the chat
    address: str


GUESTS = (
    Guest("Nora", "Fjordveien 3\n5003 Bergen\nNorway"),
    Guest("Jules M.", "14 rue des Lilas\n69003 Lyon\nFrance"),
    Guest("Tomasz", "ul. Lipowa 8\n31-042 Kraków\nPoland"),
    Guest("Aiko", "2-5-9 Umeda\nOsaka 530-0001\nJapan"),
    Guest("Priya", "21 Park Street\nKolkata 700016\nIndia"),
)
NORA, JULES, TOMASZ, AIKO, PRIYA = GUESTS


@dataclass(frozen=True)
class Line:
    """One message. `at` is a share of the product's time; `answers` the number of the line it replies to."""

    at: float
    speaker: Guest | None  # None is the host
    text: str
    answers: int | None = None


Take = tuple[Line, ...]

TAKES: dict[str, tuple[Take, ...]] = {
    "Dune": (
        (
            Line(0.10, NORA, "ohh that glaze 😍"),
            Line(0.28, TOMASZ, "How tall is it?"),
            Line(0.46, None, "38 cm, and the shade is 30 across. It sits well on a bedside table.", answers=1),
            Line(0.66, AIKO, "that moment when it lights up…"),
            Line(0.86, PRIYA, "just put one in my cart"),
        ),
        (
            Line(0.12, JULES, "is every one glazed by hand?"),
            Line(0.34, None, "Every single one. The iron specks land differently each time.", answers=0),
            Line(0.58, PRIYA, "The light underneath is so warm"),
            Line(0.82, NORA, "does it dim?"),
        ),
        (
            Line(0.14, AIKO, "Hi from Osaka 👋"),
            Line(0.30, None, "Hi Aiko, lovely that you made it!", answers=0),
            Line(0.55, JULES, "My sister has the small one, never turns it off"),
            Line(0.80, TOMASZ, "what bulb does it take?"),
            Line(0.93, None, "E27, and a warm 2200 K bulb is in the box.", answers=3),
        ),
    ),
    "Reed": (
        (
            Line(0.10, AIKO, "washi! real one?"),
            Line(0.30, None, "Real kozo paper, with reeds pressed in between two sheets.", answers=0),
            Line(0.56, NORA, "look at the shadows of the leaves"),
            Line(0.80, JULES, "this in a hallway would be so calm"),
        ),
        (
            Line(0.13, PRIYA, "How do you clean paper?"),
            Line(0.36, None, "A soft dry brush now and then, that is all it needs.", answers=0),
            Line(0.60, TOMASZ, "96 is fair for this"),
            Line(0.84, AIKO, "turning it was a good idea, you see all of it"),
        ),
        (
            Line(0.12, TOMASZ, "Are the feet oak?"),
            Line(0.33, None, "Oiled oak, from the workshop next door.", answers=0),
            Line(0.52, JULES, "🌾🌾🌾"),
            Line(0.74, NORA, "ordering for my mum, do you gift-wrap?"),
            Line(0.92, None, "We do. Leave a note with the order, Nora.", answers=3),
        ),
    ),
    "Orbit": (
        (
            Line(0.12, JULES, "ok THIS one"),
            Line(0.32, PRIYA, "does the ring turn by itself?"),
            Line(0.52, None, "By hand, and it stays where you leave it.", answers=1),
            Line(0.76, TOMASZ, "like a small moon on the desk"),
        ),
        (
            Line(0.11, NORA, "Is the brass lacquered?"),
            Line(0.35, None, "No, it will darken with you. A cloth brings the shine back.", answers=0),
            Line(0.62, AIKO, "the moon in the window and the moon on the table 🌙"),
            Line(0.88, JULES, "sold."),
        ),
        (
            Line(0.14, PRIYA, "How heavy is the foot? I have cats 😅"),
            Line(0.36, None, "Two kilos of marble. Cat-tested in this studio.", answers=0),
            Line(0.60, TOMASZ, "haha good"),
            Line(0.82, NORA, "do you ship to Norway?"),
            Line(0.94, None, "We do, about five days.", answers=3),
        ),
    ),
}


def take(product: str, turn: int) -> Take:
    """What is said the `turn`th time the product is shown; after the last take the first comes again."""
    takes = TAKES[product]
    return takes[turn % len(takes)]
