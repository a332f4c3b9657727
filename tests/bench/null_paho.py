"""A paho subscriber that counts and does nothing else: `python -m tests.bench.null_paho HOST PORT TOPIC COUNT`."""

import sys

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion


def main(host: str, port: str, topic: str, count: str) -> None:
    """Count messages and leave after the last."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-null", protocol=mqtt.MQTTv5)
    left = [int(count)]

    def heard(_client: mqtt.Client, _: object, __: mqtt.MQTTMessage) -> None:
        left[0] -= 1
        if left[0] == 0:
            client.disconnect()

    client.on_message = heard
    client.on_subscribe = lambda *_: _say_ready()
    client.on_connect = lambda *_: _listen(client, topic)
    client.connect(host, int(port))
    client.loop_forever()


def _listen(client: mqtt.Client, topic: str) -> None:
    client.subscribe(topic, qos=1)


def _say_ready() -> None:
    sys.stdout.write("listening\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
