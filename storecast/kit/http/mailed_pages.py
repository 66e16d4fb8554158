"""Pages that mails lead to: one button, which posts to the address it came from, with a secret in it."""

from litestar import Response
from litestar.enums import MediaType

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def mailed_page(html: str, status: int = 200) -> Response[str]:
    return Response(html, media_type=MediaType.HTML, headers=HEADERS, status_code=status)
