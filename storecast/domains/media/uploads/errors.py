from storecast.kit.errors import ApiError, Conflict, NotFound, TooManyRequests


class UploadNotFound(NotFound):
    title = "Upload not found"

    def __init__(self) -> None:
        super().__init__("This upload is not there any more.")


class UploadIsComplete(Conflict):
    title = "Complete"

    def __init__(self) -> None:
        super().__init__("This upload is complete; delete the video instead.")


class NotWaiting(Conflict):
    title = "Not waiting"

    def __init__(self) -> None:
        super().__init__("This video has its file already.")


class TooManyUploads(Conflict):
    title = "Too many uploads"

    def __init__(self, most: int) -> None:
        super().__init__(f"A channel has at most {most} uploads under way; finish or cancel one first.")


class DiskFull(ApiError):
    """What is here stays; the upload goes on once there is room."""

    status = 507
    title = "Disk full"

    def __init__(self) -> None:
        super().__init__("The server's disk is full. What was uploaded is kept; go on later.")


class NoRoom(DiskFull):
    """For a file that was announced."""

    def __init__(self) -> None:
        ApiError.__init__(self, "The server's disk has no room for a file of that size.")


class Locked(ApiError):
    """Somebody else is sending the same upload."""

    status = 423
    title = "Locked"

    def __init__(self, retry_after: int) -> None:
        super().__init__("This upload is being sent by another page or program.")
        self.headers = {"Retry-After": str(retry_after)}


class OffsetWrong(Conflict):
    """What was sent does not go on where the upload stands: `offset` bytes are here."""

    title = "Offset wrong"

    def __init__(self, offset: int) -> None:
        super().__init__(f"The upload goes on at byte {offset}.")
        self.headers = {"Upload-Offset": str(offset)} | ({"Range": f"bytes=0-{offset - 1}"} if offset else {})


class TooMuchSent(ApiError):
    status = 413
    title = "Too large"


class ChecksumWrong(ApiError):
    """Of a chunk, of which nothing was kept (tus 1.0.0, checksum)."""

    status = 460
    title = "Checksum mismatch"


class RequestUnclear(ApiError):
    status = 400
    title = "Bad request"


class VersionUnknown(ApiError):
    """Of the protocol (tus 1.0.0, core)."""

    status = 412
    title = "Version not supported"


class MethodRefused(ApiError):
    status = 405
    title = "Method not allowed"


class FormatUnknown(ApiError):
    status = 415
    title = "Unsupported media type"


class TooManyAtOnce(TooManyRequests):
    """Of one network."""
