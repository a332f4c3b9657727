"""What a configuration reads, as the gateway tells it to the server."""

from devices.config import Config, PortConfig, ProbeConfig, ScaleConfig
from devices.drivers.probes.profile import load_profile
from devices.messages import GatewayMeta, InstrumentMeta, SensorMeta


def meta_of(config: Config) -> GatewayMeta:
    """Every sensor and instrument, in the order of the file."""
    sensors = [sensor for port in config.ports for probe in port.probes for sensor in _sensors(port, probe)]
    ds18b20 = load_profile("ds18b20")
    sensors += [
        SensorMeta(
            id=probe.sensor,
            kind="temperature",
            unit="Cel",
            profile=ds18b20.name,
            profile_hash=ds18b20.digest,
            poll_s=probe.poll_s,
            where=probe.rom,
        )
        for probe in config.onewire
    ]
    instruments = [_instrument(port, port.scale) for port in config.ports if port.scale]
    return GatewayMeta(v=1, sensors=sensors, instruments=instruments)


def _sensors(port: PortConfig, probe: ProbeConfig) -> list[SensorMeta]:
    return [
        SensorMeta(
            id=probe.sensors[value.name],
            kind=value.kind,
            unit=value.unit,
            profile=probe.profile.name,
            profile_hash=probe.profile.digest,
            poll_s=probe.poll_s,
            where=f"{port.name}, address {probe.address}, {value.name}",
        )
        for value in probe.profile.values
        if value.name in probe.sensors
    ]


def _instrument(port: PortConfig, scale: ScaleConfig) -> InstrumentMeta:
    return InstrumentMeta(
        id=scale.instrument,
        kind=scale.kind,
        protocol=scale.protocol,
        e_grams=scale.profile.e_grams,
        max_grams=scale.max_grams,
        settings_hash=scale.digest,
        where=port.name,
    )
