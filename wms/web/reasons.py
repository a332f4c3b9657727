"""Why a message was not understood, in the reader's language: the sentence of its code, with its values."""

from wms import telemetry
from wms.web.i18n import note
from wms.web.shell import say

REASON = {
    "topic": note("The topic {topic} is none of the contract."),
    "size": note("It has {bytes} bytes; {most} are allowed."),
    "json": note("It is no JSON."),
    "version": note("It is written in another version of the contract."),
    "gateway": note("{said} speaks on the topic of {own}."),
    "clock": note("Its clock is not set, and it does not say since when the box has been running."),
    "unstable": note("A weight that does not stand still is no record."),
    "range": note("A range ends before it begins."),
    "instant": note("{sensor} names an instant that does not exist."),
    "number": note("{value} is no measurement of {sensor}."),
    "shape": note("Its form is not the contract's, at {where}."),
    "shape_missing": note("{field} is missing at {where}."),
    "shape_type": note("At {where} stands {got}, where {expected} belongs."),
    "shape_word": note("At {where} stands {got}, which is no word of the contract."),
    "shape_rule": note("At {where} belongs {expected}."),
    "no_instant": note("It names an instant beyond every calendar."),
    "key_twice": note("Its number came twice at once, with different content."),
    "key_stored": note("Its number was stored before, with other content."),
    "not_for_us": note("It is meant for gateways, not for the inbox."),
    "no_source": note("No source is configured for this topic."),
    "refused": note("It could not be stored: {error}"),
    "no_object": note("{what} is no JSON object."),
    "shelly_topic": note("The topic is neither events nor status of a Shelly."),
    "no_deveui": note("It does not name its device (devEui)."),
    "no_codec": note("Nothing was decoded: the device profile in ChirpStack needs a codec."),
    "no_number": note("The codec decoded no number."),
    "no_pack": note("A SenML pack is a list of records."),
    "no_value": note("It holds no measured value."),
    "senml_version": note("It is SenML of version {version}."),
    "senml_field": note("The field {field} must be understood, and is not."),
    "field_no_number": note("{field} is no number."),
    "no_name": note("A value has no name."),
    "no_path": note("None of the configured paths is in the message."),
    "no_blank": note("Nothing in topic or message stands for {blank}."),
    "path_no_number": note("What stands at {path} is no number: {value}"),
    "no_time": note("There is no time at {path}."),
    "no_list": note("What {device} says is no list."),
    "alias": note("It uses the alias {alias}, whose birth was not heard yet."),
    "no_sparkplug": note("The topic is no birth, data or death of Sparkplug B."),
    "no_payload": note("Its bytes are no payload of Sparkplug."),
}


def reason_of(letter: telemetry.DeadLetter) -> str:
    """Return why a letter was not understood; one from before codes were kept says it in English."""
    sentence = REASON.get(letter.code or "")
    if sentence is None:
        return letter.reason
    try:
        return say(sentence, **(letter.details or {}))
    except KeyError:  # kept by a release whose sentence had other blanks
        return letter.reason
