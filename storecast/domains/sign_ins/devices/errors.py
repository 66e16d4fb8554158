from storecast.kit.errors import NotFound


class DeviceNotFound(NotFound):
    title = "Session not found"
