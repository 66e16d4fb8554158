"""What is done about uploads when nobody asks."""

from storecast.kit.jobs import Job


class StoreUpload(Job, frozen=True):
    """Of an upload whose last byte is here. Done again it does no harm."""

    name = "media.store_upload"
    queue = "media-intake"

    upload_id: str


class RemovePartials(Job, frozen=True):
    """Of uploads that are gone."""

    name = "media.remove_partials"
    queue = "media-intake"

    upload_ids: list[str]
