"""Counts of a gateway, in Prometheus' text format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.connections = Gauge("storecast_realtime_connections", "Open sockets.", registry=registry)
        self.rooms = Gauge("storecast_realtime_rooms", "Rooms kept in memory.", registry=registry)
        self.subscriptions = Gauge(
            "storecast_realtime_subscriptions", "Subscriptions of all sockets.", registry=registry
        )
        self.bus_connected = Gauge("storecast_realtime_bus_connected", "1 while the bus is heard.", registry=registry)
        self.delivered = Counter(
            "storecast_realtime_deliveries", "Writes of one or more events to one subscription.", registry=registry
        )
        self.fetches = Counter("storecast_realtime_fetches", "Asks for a room's events.", registry=registry)
        self.entries = Counter("storecast_realtime_entry_checks", "Asks for entry to a room.", registry=registry)
        self.dropped = Counter("storecast_realtime_slow_clients", "Sockets closed for not reading.", registry=registry)
        self.refused = Counter(
            "storecast_realtime_refused", "Sockets refused or closed, by HTTP status.", ["code"], registry=registry
        )

    def text(self) -> bytes:
        return generate_latest(self._registry)
