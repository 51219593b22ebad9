from __future__ import annotations

from django.db import models

from padstone.kernel.zones import LONGEST_NAME


class StationKind(models.TextChoices):
    PRINTER = "printer", "Screen printer"
    SPI = "spi", "Solder paste inspection"
    PLACER = "placer", "Placer"
    OVEN = "oven", "Reflow oven"
    AOI = "aoi", "Optical inspection"
    TEST = "test", "Test"
    REPAIR = "repair", "Repair bench"
    OTHER = "other", "Station"


class Site(models.Model):
    """``zone``: in which the clocks of its machines run, where nobody has said otherwise of one; "": nobody
    has said.
    """

    name = models.CharField(max_length=200, unique=True)
    zone = models.CharField(max_length=LONGEST_NAME, blank=True)

    def __str__(self) -> str:
        return self.name


class Line(models.Model):
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """A place where work is done. Without a line it waits for someone to say where it stands."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=StationKind, default=StationKind.OTHER)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="stations")
    place_in_line = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("line", "place_in_line", "name")

    def __str__(self) -> str:
        return self.name


class Endpoint(models.Model):
    """A machine's voice: the CFX handle that speaks for a station, and the last it said of itself. ``zone``:
    in which its clock runs, where that is not the site's; "": nobody has said.
    """

    handle = models.CharField(max_length=400, unique=True)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="endpoints")
    first_heard_at = models.DateTimeField()
    last_heard_at = models.DateTimeField()
    resource_state = models.PositiveIntegerField(null=True)
    resource_state_since = models.DateTimeField(null=True)
    heartbeat_s = models.PositiveIntegerField(null=True)
    cfx_version = models.CharField(max_length=40, blank=True)
    friendly_name = models.CharField(max_length=200, blank=True)
    vendor = models.CharField(max_length=200, blank=True)
    model_number = models.CharField(max_length=200, blank=True)
    serial_number = models.CharField(max_length=200, blank=True)
    supported_topics = models.JSONField(default=list)
    zone = models.CharField(max_length=LONGEST_NAME, blank=True)

    def __str__(self) -> str:
        return self.handle


class ClockZone(models.Model):
    """In which zone an endpoint's clock runs, its own or the site's, for the messages whose journal number is
    above ``after_no``; "": nobody has said. The newest counts. Append-only: what is read again is read in the
    zone that it was read in.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="clock_zones")
    zone = models.CharField(max_length=LONGEST_NAME, blank=True)
    after_no = models.BigIntegerField()


class NewsKind(models.TextChoices):
    CONNECTED = "connected", "Connected"
    INFORMED = "informed", "Told of itself"
    SHUT_DOWN = "shut_down", "Shut down"


class EndpointNews(models.Model):
    """What an endpoint told of itself, message by message; the endpoint's row holds the last of it.
    Append-only.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="news")
    kind = models.CharField(max_length=20, choices=NewsKind)
    at = models.DateTimeField()
    told = models.JSONField(default=dict)
    journal_no = models.BigIntegerField(db_index=True)


class FeederLocation(models.Model):
    """Where a station takes parts from: a slot, a tray place, one lane of a multi-lane feeder."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="feeder_locations")
    identifier = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    feeder_lane = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("station", "identifier", "name", "feeder_lane"), name="feeder_location_identity"
            ),
        )

    def __str__(self) -> str:
        return location_label(self.identifier, self.name, self.feeder_lane)


def location_label(identifier: str, name: str, feeder_lane: int) -> str:
    """What people read of a feeder location."""
    label = name or identifier
    return f"{label} lane {feeder_lane}" if feeder_lane else label
