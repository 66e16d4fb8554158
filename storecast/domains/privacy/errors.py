from storecast.kit.errors import Conflict, NotFound


class ExportNotFound(NotFound):
    title = "Export not found"


class ExportUnderWay(Conflict):
    title = "An export is being made"


class ExportNotReady(Conflict):
    title = "The export is not ready"


class ErasureBegun(Conflict):
    title = "The erasure has begun"


class ErasureNotFound(NotFound):
    title = "No erasure is scheduled"
