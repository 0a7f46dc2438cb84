"""What the process counts, in a registry of its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest


class Metrics:
    """Every counter of the shell for people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Counter(
            "rotunda_commands",
            "Commands answered, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self.command_s = Histogram(
            "rotunda_command_seconds",
            "From a command's arrival to its answer.",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1, 3, 10),
            registry=self.registry,
        )
        self.entries = Counter(
            "rotunda_journal_entries", "Journal entries written.", registry=self.registry
        )
        self.conflicts = Counter(
            "rotunda_journal_conflicts", "Appends refused by the journal.", registry=self.registry
        )
        self.store_failures = Counter(
            "rotunda_store_failures", "Times Redis did not answer.", registry=self.registry
        )
        self.rooms = Gauge(
            "rotunda_rooms_owned", "Rooms this process writes.", registry=self.registry
        )
        self.people = Gauge(
            "rotunda_connections",
            "Socket.IO connections, by kind.",
            ["kind"],
            registry=self.registry,
        )
        self.messages = Counter(
            "rotunda_messages_sent", "Messages queued for people.", registry=self.registry
        )
        self.slow_clients = Counter(
            "rotunda_slow_clients", "Clients cut off for not reading.", registry=self.registry
        )
        self.refused = Counter(
            "rotunda_connections_refused",
            "Connections refused, by code.",
            ["code"],
            registry=self.registry,
        )
        self.limited = Counter(
            "rotunda_limited",
            "Requests and messages refused because there were too many, by kind.",
            ["kind"],
            registry=self.registry,
        )
        self.garbage = Counter(
            "rotunda_garbage_messages",
            "Messages that are not Socket.IO.",
            registry=self.registry,
        )
        self.hints_dropped = Counter(
            "rotunda_hints_dropped", "Engine hints nobody could take.", registry=self.registry
        )
        self.whep_viewers = Gauge(
            "rotunda_whep_viewers", "WHEP monitors now.", registry=self.registry
        )

    def render(self) -> bytes:
        return generate_latest(self.registry)
