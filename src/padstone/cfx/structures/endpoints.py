"""CFX.Structures: what an endpoint says of itself."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.resources import Stage
from padstone.cfx.vocabulary import Family, Maybe, SpanText, Structure, Whole, Word


class OperatingSystem(Word):
    """The operating system an endpoint runs on."""

    Other = "Other"
    OtherEmbedded = "OtherEmbedded"
    WindowsXP = "WindowsXP"
    Windows7 = "Windows7"
    WindowsVista = "WindowsVista"
    Windows8 = "Windows8"
    Windows10 = "Windows10"
    WindowsServer2008 = "WindowsServer2008"
    WindowsServer2008R2 = "WindowsServer2008R2"
    WindowsServer2012 = "WindowsServer2012"
    WindowsServer2016 = "WindowsServer2016"
    WindowsCE = "WindowsCE"
    WindowsEmbedded = "WindowsEmbedded"
    WindowsCompact = "WindowsCompact"
    WindowsIoTCore = "WindowsIoTCore"
    UbuntuLinux = "UbuntuLinux"
    FedoraLinux = "FedoraLinux"
    LinuxMint = "LinuxMint"
    openSUSELinux = "openSUSELinux"  # noqa: N815 - the name in the standard
    PCLinuxOS = "PCLinuxOS"
    DebianLinux = "DebianLinux"
    OtherLinux = "OtherLinux"
    AppleMacOS = "AppleMacOS"
    AppleIOS = "AppleIOS"
    Raspbian = "Raspbian"
    Windows11 = "Windows11"


class OperatingSystemPlatform(Word):
    """The processor that an endpoint's operating system is made for."""

    Other = "Other"
    Platform32bit = "Platform32bit"
    Platform64bit = "Platform64bit"
    ARM32 = "ARM32"
    ARM64 = "ARM64"


class SupportedTopicQueryType(Word):
    """Whether an endpoint must have all of the topics asked for, any of them, or none in particular."""

    All = "All"
    Any = "Any"
    Ignore = "Ignore"


class TopicSupportType(Word):
    """Whether an endpoint sends the messages of a topic, takes them, or both."""

    Publisher = "Publisher"
    Consumer = "Consumer"
    PublisherConsumer = "PublisherConsumer"


class DimensionalConstraints(Structure, kw_only=True):
    """The smallest and largest board that fits."""

    minimum_length: Maybe[float] = UNSET
    maximum_length: Maybe[float] = UNSET
    minimum_width: Maybe[float] = UNSET
    maximum_width: Maybe[float] = UNSET
    minimum_height: Maybe[float] = UNSET
    maximum_height: Maybe[float] = UNSET
    minimum_weight: Maybe[float] = UNSET
    maximum_weight: Maybe[float] = UNSET
    minimum_thickness: Maybe[float] = UNSET
    maximum_thickness: Maybe[float] = UNSET


class Endpoint(Family, kw_only=True):
    """An endpoint: who made it, which software it runs, its stages and lanes, and the topics it knows."""

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")
    cfx_version: Maybe[str] = field(default=UNSET, name="CFXVersion")
    request_network_uri: Maybe[str] = UNSET
    request_target_address: Maybe[str] = UNSET
    unique_identifier: Maybe[str] = UNSET
    friendly_name: Maybe[str] = UNSET
    vendor: Maybe[str] = UNSET
    model_number: Maybe[str] = UNSET
    serial_number: Maybe[str] = UNSET
    software_version: Maybe[str] = UNSET
    firmware_version: Maybe[str] = UNSET
    operating_system: Maybe[OperatingSystem] = UNSET
    operating_system_platform: Maybe[OperatingSystemPlatform] = UNSET
    operating_system_version: Maybe[str] = UNSET
    stages: Maybe[Sequence[StageInformation]] = UNSET
    number_of_lanes: Maybe[Whole] = UNSET
    hermes_information: Maybe[HermesInformation] = UNSET
    operating_requirements: Maybe[OperatingRequirements] = UNSET
    supported_topics: Maybe[Sequence[SupportedTopic]] = UNSET
    supported_pcb_dimensions: Maybe[DimensionalConstraints] = field(
        default=UNSET, name="SupportedPCBDimensions"
    )
    sleep_states: Maybe[Sequence[SleepState]] = UNSET


class HermesInformation(Structure, kw_only=True):
    """Whether the endpoint speaks IPC-HERMES-9852 too, and in which version."""

    enabled: Maybe[bool] = UNSET
    version: Maybe[str] = UNSET


class OperatingRequirements(Structure, kw_only=True):
    """The surroundings an endpoint needs: relative humidity and temperature."""

    minimum_humidity: Maybe[float] = UNSET
    maximum_humidity: Maybe[float] = UNSET
    minimum_temperature: Maybe[float] = UNSET
    maximum_temperature: Maybe[float] = UNSET


class SleepState(Structure, kw_only=True):
    """A state of rest by name: the power it saves, and how long waking up takes."""

    sleep_name: Maybe[str] = UNSET
    power_saving: Maybe[float] = UNSET
    wakeup_time: Maybe[SpanText] = UNSET


class StageInformation(Family, kw_only=True):
    """A stage of an endpoint. Kinds of machine add their own."""

    stage: Maybe[Stage] = UNSET


class SupportedTopic(Structure, kw_only=True):
    """A topic that an endpoint knows, and which of its messages."""

    topic_name: Maybe[str] = UNSET
    topic_support_type: Maybe[TopicSupportType] = UNSET
    supported_messages: Maybe[Sequence[str]] = UNSET
