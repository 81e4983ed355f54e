"""Write ``customer_messages.csv``: short messages to an energy supplier, with rare intents.

The messages are authored, not collected: this script joins openers, sentences
that carry an intent, details and side remarks, with slots and typing slips, all
drawn from one seed. Run it again and the file is the same to the byte.

    python sample_data/make_messages.py [-o FILE] [--seed 7] [--scale 1.0]
"""

import argparse
import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

SLOTS: Mapping[str, Sequence[str]] = {
    "device": (
        "oxygen concentrator",
        "home dialysis machine",
        "ventilator",
        "feeding pump",
        "nebuliser",
        "CPAP mask",
        "stairlift",
        "hospital bed",
        "insulin fridge",
        "suction unit",
        "apnoea monitor",
        "electric wheelchair",
        "infusion pump",
        "hoist",
    ),
    "relative": (
        "my mother",
        "my father",
        "my husband",
        "my wife",
        "our son",
        "our daughter",
        "my neighbour",
        "my gran",
        "the man I care for",
        "my partner",
    ),
    "day": (
        "Monday",
        "Tuesday",
        "Thursday",
        "Friday",
        "Saturday",
        "this morning",
        "last night",
        "yesterday",
        "two days ago",
        "the weekend",
    ),
    "month": ("January", "February", "March", "May", "June", "August", "October", "December"),
    "money": ("42.10", "63", "118.50", "87", "240", "19.99", "315", "156", "74.35", "502"),
    "place": (
        "in the hall",
        "under the stairs",
        "in the kitchen",
        "outside by the gate",
        "in the garage",
        "in the cellar",
        "on the landing",
        "in the loft",
    ),
    "town": ("Leeds", "Hull", "Derby", "Exeter", "Luton", "Perth", "Swansea", "Truro"),
    "time": ("an hour", "twenty minutes", "three hours", "two days", "half a day", "five hours"),
    "number": ("48213", "07731", "22904", "61550", "93027", "10486", "35718"),
    "sensor": (
        "CO alarm",
        "carbon monoxide detector",
        "gas sensor",
        "alarm by the boiler",
        "little white detector",
        "monitor the landlord fitted",
    ),
    "sounds": (
        "went off",
        "is screaming",
        "beeps four times then stops",
        "flashes red",
        "reads {number}",
        "chirps every minute",
        "shows danger",
        "will not be quiet",
    ),
    "ill": (
        "dizzy",
        "sick",
        "sleepy",
        "confused",
        "weak in the legs",
        "sore in the head",
        "short of breath",
        "like we have flu",
    ),
    "heater": ("boiler", "gas fire", "stove", "water heater", "back boiler", "cooker"),
    "wont": (
        "will not start",
        "makes a loud bang",
        "leaks on the floor",
        "has no flame",
        "goes out by itself",
        "smells of burnt dust",
        "drips",
        "whistles",
        "shows code {number}",
        "burns too low",
        "keeps clicking",
    ),
    "cold": ("cold", "freezing", "shivering", "off school", "fed up", "sleepless", "unwell"),
    "wants": (
        "needs a new battery",
        "fell off the wall",
        "is past its date",
        "chirps for a battery",
        "should be tested",
        "is it in the right place",
        "flashes green",
        "has no light",
    ),
    "burns": (
        "burns yellow",
        "has an orange flame",
        "leaves soot on the wall",
        "smells of fumes",
        "goes out by itself",
        "makes the windows stream",
        "has a black stain above it",
    ),
    "rogue": (
        "the lodger",
        "next door",
        "the tenants before us",
        "a man with a van",
        "whoever was here before",
        "my nephew",
        "the builder",
        "the shop downstairs",
    ),
    "cheat": (
        "cut the seal on",
        "wired around",
        "put a magnet on",
        "forced open",
        "drilled into",
        "bypassed",
        "ran a hidden cable behind",
        "jammed the wheel of",
        "swapped",
        "stuck a needle into",
    ),
    "box": ("the meter", "the electric box", "our supply", "the main fuse", "the gas meter"),
    "app": ("the app", "your website", "the portal", "my online account", "the phone line"),
}

INTENTS: Mapping[str, tuple[int, Sequence[str]]] = {
    "bill_question": (
        300,
        (
            "why is my bill {money} this time",
            "I do not understand the standing charge on my bill",
            "my {month} statement says {money} and I used less",
            "can you explain the estimated usage",
            "the bill shows two amounts for {month}",
            "what is the balance carried forward of {money}",
            "is VAT included in the {money}",
            "the unit rate on my statement is not what I agreed",
            "you billed me for {month} twice",
            "my bill went up by {money} with no warning",
        ),
    ),
    "meter_reading": (
        280,
        (
            "my reading is {number}",
            "how do I send a meter reading",
            "the meter shows {number} today",
            "{app} will not take my reading of {number}",
            "I gave the wrong digits, it should be {number}",
            "do you need a photo of the dial",
            "reader came on {day} but wrote {number}",
            "which numbers do I read, the red ones too",
            "here is the gas figure {number}",
        ),
    ),
    "payment_failed": (
        240,
        (
            "my card was declined on {app}",
            "the direct debit of {money} bounced",
            "I tried to pay {money} and got an error",
            "payment did not go through on {day}",
            "{app} froze when I paid {money}",
            "my bank says the debit was returned unpaid",
            "it took {money} but my account still shows it owing",
            "cannot add a new bank card",
        ),
    ),
    "refund_request": (
        200,
        (
            "please send back my credit of {money}",
            "I am owed {money} since {month}",
            "when do I get my money back",
            "I paid {money} twice and want one returned",
            "account closed but the credit was never paid out",
            "refund the deposit of {money}",
            "you took {money} too much, return it please",
        ),
    ),
    "tariff_change": (
        220,
        (
            "can I move to the night tariff",
            "my fixed deal ends in {month}, what are the offers",
            "is the green plan cheaper for me",
            "put me on the two year fix",
            "what would an EV tariff cost",
            "I want to leave the variable rate",
            "the price you quoted on {day} has gone, can I still have it",
        ),
    ),
    "moving_home": (
        190,
        (
            "we leave the house on {day}, close the account",
            "I moved to {town} and need supply there",
            "new tenant from {month}, who do they call",
            "take over the account from the landlord",
            "final bill for the old flat in {town} please",
            "keys change hands on {day}",
            "transfer my contract to the new address",
        ),
    ),
    "power_cut": (
        260,
        (
            "the power has been out for {time}",
            "no electricity in our street since {day}",
            "half the house lost power",
            "lights flicker and then everything goes dark",
            "when will the supply be back in {town}",
            "the fuse is fine but nothing works",
            "whole block without electricity for {time}",
            "the outage map shows nothing for {town}",
            "a tree fell on the line and we have no power",
            "power came back and went off again",
        ),
    ),
    "smart_meter_fault": (
        180,
        (
            "the display {place} is blank",
            "smart meter stopped sending data in {month}",
            "in-home screen shows no usage",
            "the smart meter says waiting for data",
            "readings stopped arriving on {app}",
            "the unit {place} keeps beeping a low battery",
            "smart meter lost its connection after the power cut",
        ),
    ),
    "appointment_change": (
        170,
        (
            "I need to move the engineer visit on {day}",
            "nobody came for the appointment on {day}",
            "can the technician come after four",
            "cancel the visit please",
            "what time will the engineer arrive",
            "is the {day} slot still booked",
        ),
    ),
    "boiler_repair": (
        250,
        (
            "the {heater} {wont}",
            "the {heater} {wont} and {relative} is {cold}",
            "no hot water for {time}",
            "the {heater} {place} {wont}",
            "book the yearly service of the {heater}",
            "the {sensor} {place} {wants}",
            "the {sensor} {wants}, can you send one",
            "we are all {cold} because the {heater} {wont}",
            "pressure on the boiler drops to zero",
            "opened the windows because the {heater} {wont}",
            "is it normal that the {heater} {wont}",
            "{relative} is {cold}, the {heater} {wont}",
            "{relative} says the {sensor} {wants}",
        ),
    ),
    "complaint_followup": (
        150,
        (
            "I complained on {day} and heard nothing",
            "reference {number}, what is happening",
            "third time I write about the same thing",
            "I want this passed to the ombudsman",
            "your agent promised a call within {time}",
            "still waiting for an answer to {number}",
        ),
    ),
    "solar_export": (
        90,
        (
            "how much do you pay for solar export",
            "my panels sent back {number} units",
            "export payment for {month} is missing",
            "the inverter feeds the grid but I see no credit",
            "register my battery and panels for export",
            "is my export meter read remotely",
        ),
    ),
    "meter_tampering": (
        52,
        (
            "{rogue} {cheat} {box} {place}",
            "I think {rogue} {cheat} {box}",
            "someone {cheat} {box}",
            "found that {rogue} {cheat} {box}",
            "is it a crime that {rogue} {cheat} {box}",
            "{rogue} pays nothing because they {cheat} {box}",
            "{box} looks as if {rogue} {cheat} it",
            "the casing of {box} was loose and the screws were out",
        ),
    ),
    "medical_dependency": (
        44,
        (
            "{relative} is on a {device} and we cannot be without power",
            "the {device} has no battery left",
            "{relative} needs the {device} day and night",
            "what happens to the {device} in an outage",
            "we depend on a {device} at home",
            "register us, {relative} uses a {device}",
            "the {device} alarm goes when the supply drops",
            "power is off and the {device} will stop",
            "how long can you keep us on for the {device}",
            "nurse said to tell you about the {device}",
            "{relative} cannot breathe without it and the lights are out",
            "the medicine must stay cold and the fridge has been off for {time}",
        ),
    ),
    "carbon_monoxide_alarm": (
        48,
        (
            "the {sensor} {place} {sounds}",
            "{sensor} {sounds} and we feel {ill}",
            "the {heater} {burns} and {relative} is {ill}",
            "we are all {ill} when the {heater} is on",
            "the {heater} {place} {burns}",
            "is it safe to stay, the {sensor} {sounds}",
            "{relative} felt {ill} and went outside, the {heater} {burns}",
            "opened the windows because the {sensor} {sounds}",
            "the dog is {ill} near the {heater}",
        ),
    ),
}

OPENERS = (
    "hello",
    "hi",
    "good morning",
    "please help",
    "quick question",
    "sorry to bother you",
    "hello again",
    "dear team",
    "hi there",
    "urgent",
    "not sure who to ask but",
    "I hope you can help",
)
DETAILS = (
    "we are in {town}",
    "my account is {number}",
    "this started on {day}",
    "I called on {day} and waited {time}",
    "the meter is {place}",
    "I live with {relative}",
    "I already looked on {app}",
    "it was fine until {month}",
    "the heating is electric",
    "I work nights so please write",
    "it is the same as last {month}",
    "there are small children in the house",
    "I pay {money} a month",
)
CLOSERS = (
    "thanks",
    "thank you",
    "please reply soon",
    "can someone call me",
    "what should I do",
    "many thanks",
    "I need an answer today",
    "cheers",
    "waiting to hear",
)
KEYS_NEAR = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "y", "s": "d", "l": "k"}


def _filled(rng: np.random.Generator, sentence: str) -> str:
    while "{" in sentence:
        sentence = re.sub(r"\{(\w+)\}", lambda s: str(rng.choice(SLOTS[s.group(1)])), sentence)
    return sentence


def _with_slips(rng: np.random.Generator, text: str) -> str:
    if rng.random() < 0.35:
        text = text.lower()
    if rng.random() < 0.25:
        at = int(rng.integers(1, len(text) - 1))
        letter = text[at]
        slip = rng.integers(3)
        if slip == 0:
            text = text[:at] + text[at + 1 :]
        elif slip == 1 and letter in KEYS_NEAR:
            text = text[:at] + KEYS_NEAR[letter] + text[at + 1 :]
        elif slip == 2:
            text = text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    return text


def message(rng: np.random.Generator, intent: str) -> str:
    """One message whose main concern is *intent*; about one in five mentions another matter too."""
    parts = [_filled(rng, str(rng.choice(INTENTS[intent][1])))]
    if rng.random() < 0.45:
        parts.append(_filled(rng, str(rng.choice(DETAILS))))
    if rng.random() < 0.18:
        other = str(rng.choice([name for name in INTENTS if name != intent]))
        aside = _filled(rng, str(rng.choice(INTENTS[other][1])))
        parts.append(f"{rng.choice(['also', 'and by the way', 'separately'])} {aside}")
    if rng.random() < 0.3:
        parts[0], parts[-1] = parts[-1], parts[0]
    if rng.random() < 0.4:
        parts.insert(0, str(rng.choice(OPENERS)))
    if rng.random() < 0.4:
        parts.append(str(rng.choice(CLOSERS)))
    joined = str(rng.choice([", ", ". ", " - ", "; "])).join(parts)
    return _with_slips(rng, joined[0].upper() + joined[1:])


def messages(seed: int, scale: float = 1.0) -> list[tuple[str, str, str]]:
    """Rows ``(text, intent, channel)`` without exact repeats, shuffled."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, str]] = []
    seen: set[str] = set()
    for intent, (count, _) in INTENTS.items():
        wanted = max(2, round(count * scale))
        while wanted:
            text = message(rng, intent)
            if text not in seen:
                seen.add(text)
                channel = str(rng.choice(["chat", "email", "form"], p=[0.5, 0.3, 0.2]))
                rows.append((text, intent, channel))
                wanted -= 1
    return [rows[i] for i in rng.permutation(len(rows))]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(__file__).with_name("customer_messages.csv")
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    with arguments.output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "intent", "channel"])
        writer.writerows(messages(arguments.seed, arguments.scale))


if __name__ == "__main__":
    main()
