"""`docs/settings.md`, written from the settings themselves."""

from typing import Literal, get_args, get_origin

from pydantic import SecretStr

from storecast.kit.settings import Settings

HEAD = """# Settings

Every setting is an environment variable. This page is printed by `storecast settings`.

| variable | default | meaning |
| --- | --- | --- |
"""


def settings_page() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        if get_origin(field.annotation) is Literal:
            meaning += " One of " + ", ".join(f"`{choice}`" for choice in get_args(field.annotation)) + "."
        if SecretStr in (field.annotation, *get_args(field.annotation)):
            meaning += " Secret."
        default = "" if field.default is None else f"`{_shown(name, str(field.default))}`"
        rows.append(f"| `STORECAST_{name.upper()}` | {default} | {meaning} |\n")
    return HEAD + "".join(rows)


def _shown(name: str, default: str) -> str:
    return "web/dist" if name == "web_dist" else default
