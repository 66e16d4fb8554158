"""One spelling of each email address, and slugs made of names"""

import unicodedata

import idna
import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ODD = r"SELECT email FROM users WHERE email ~ '[^\x01-\x7f]' OR email LIKE '%xn--%' ORDER BY id"
ALIKE = """
    SELECT id, email FROM users WHERE email = ANY(:emails) ORDER BY verified_at IS NULL, email <> :spelled, id
"""


def upgrade() -> None:
    # The default is for the last release, whose slugs are random or chosen.
    op.add_column("channels", sa.Column("slug_chosen", sa.Boolean(), server_default=sa.true(), nullable=False))
    spell_alike()


def spell_alike() -> None:
    """Of accounts whose addresses become one, one that showed it is theirs has it; of several, who spelled it so.

    The others keep theirs, and who must give the address up takes the spelling its new holder had: the password says
    whose a sign-in with that is.
    """
    connection = op.get_bind()
    odd = {email: normal(email) for email in connection.execute(sa.text(ODD)).scalars()}
    spell = sa.text("UPDATE users SET email = :email WHERE id = :id")
    for spelled in sorted(set(odd.values())):
        spellings = [email for email, other in odd.items() if other == spelled]
        people = connection.execute(sa.text(ALIKE), {"emails": [*spellings, spelled], "spelled": spelled}).all()
        (first, former), holder = people[0], next((user_id for user_id, email in people if email == spelled), None)
        if first == holder:
            continue
        if holder is not None:
            connection.execute(spell, {"email": f"~{holder}", "id": holder})
        connection.execute(spell, {"email": spelled, "id": first})
        if holder is not None:
            connection.execute(spell, {"email": former, "id": holder})
    for email, spelled in odd.items():
        links = sa.text("UPDATE password_links SET email = :spelled WHERE email = :email")
        connection.execute(links, {"spelled": spelled, "email": email})


def normal(email: str) -> str:
    """As `storecast.kit.emails` had it; what cannot be written so stays."""
    local, _, domain = unicodedata.normalize("NFC", email).rpartition("@")
    try:
        return f"{local}@{idna.decode(idna.encode(domain, uts46=True))}"
    except UnicodeError:
        return email
