"""The rules of HLS, low-latency or of what is over: draft-pantos-hls-rfc8216bis, and Apple's authoring requirements.

    assert broken_rules(record) == []

The rules are those of one media playlist by itself (`listing_rules`), of its life (`lifetime_rules`), of the media
against what is said of it (`content_rules`), and of the multivariant playlist (`variant_rules`). Delta updates and
rendition reports are not offered, so nothing is asked of them.
"""

from tests.broadcast.hls_rules.content_rules import check_content, measured
from tests.broadcast.hls_rules.lifetime_rules import check_lifetime
from tests.broadcast.hls_rules.listing_rules import check_listing
from tests.broadcast.hls_rules.record import Broken, Findings, Record, listings
from tests.broadcast.hls_rules.variant_rules import check_variants


def broken_rules(record: Record) -> list[Broken]:
    """Each rule the record breaks, in the order of time; none, and it plays anywhere."""
    findings = Findings()
    listed = listings(record)
    for listing in listed:
        check_listing(listing, findings, film=record.film)
    check_lifetime(record, listed, findings)
    segments = measured(record, listed, findings)
    check_content(segments, listed, findings, film=record.film)
    check_variants(record, listed, segments, findings)
    return sorted(findings.broken, key=lambda broken: broken.at)
