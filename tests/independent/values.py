"""Values of vector files: dates in them, and where two of them differ."""

import json
from datetime import date


def med_datoer(vaerdi):
    """Every ISO date of a JSON value as a date."""
    if isinstance(vaerdi, dict):
        return {k: med_datoer(v) for k, v in vaerdi.items()}
    if isinstance(vaerdi, list):
        return [med_datoer(v) for v in vaerdi]
    try:
        return date.fromisoformat(vaerdi) if isinstance(vaerdi, str) else vaerdi
    except ValueError:
        return vaerdi


def som_json(vaerdi):
    return json.loads(json.dumps(vaerdi, default=date.isoformat))


def forskelle(givet, beregnet, sti=""):
    """Where a hand-counted value is not what was computed."""
    if isinstance(givet, dict) and isinstance(beregnet, dict):
        for k, v in givet.items():
            yield from forskelle(v, beregnet.get(k), f"{sti}.{k}")
    elif givet != beregnet:
        yield f"{sti[1:]}: {givet}, beregnet {beregnet}"
