"""What a session's controls mean for the models that are loaded: which values exist, which have an effect.

The ranges are the control table's business (`bridge.model.controls`); this adds what only a loaded model can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.errors import InputError, InvalidValue
from bridge.model.accompanist import Accompanist
from bridge.model.controls import CONTROLS, Controls, ControlSpec, ControlValue
from bridge.model.progression import parsed

SESSION_CONTROLS = frozenset({"model", "chords"})
"""Controls that the session itself obeys, whatever the model does."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What may be said of a model without playing it; the fields are those of `Accompanist`."""

    used_controls: frozenset[str]
    part_names: tuple[str, ...]
    style_names: tuple[str, ...]

    @classmethod
    def of(cls, accompanist: Accompanist) -> ModelInfo:
        """What this accompanist says of itself."""
        return cls(frozenset(accompanist.used_controls), tuple(accompanist.part_names), tuple(accompanist.style_names))


KnownModels = Mapping[str, "ModelInfo | None"]
"""The models that can be chosen; None for one that is still loading, of which only the name is known."""


def checked_choice(name: str, value: ControlValue, models: KnownModels, model: str, default_model: str) -> ControlValue:
    """The value of a text control if there is such a model, style or part; blanks between parts become one, and an
    empty `model` is the default model; a progression has to be chords. Raises InvalidValue, listing the choices."""
    if name == "model":
        value = value or default_model
        if value not in models:
            raise InvalidValue(f"no model is called {value!r}: there are {', '.join(models)}")
        return value
    info = models.get(model)
    if name == "style" and info is not None and value not in info.style_names:
        raise InvalidValue(f"{model} knows no style {value!r}: there are {', '.join(info.style_names)}")
    if name == "progression":
        try:
            parsed(str(value))
        except InputError as refusal:
            raise InvalidValue(refusal.text) from refusal
        return str(value).strip()
    if name == "parts":
        parts = tuple(dict.fromkeys(str(value).split()))
        unknown = [part for part in parts if info is not None and part not in info.part_names]
        if unknown:
            raise InvalidValue(f"{model} plays no {', '.join(unknown)}: there are {', '.join(info_parts(info))}")
        if not parts:
            raise InvalidValue("parts wants the name of at least one instrument")
        return " ".join(parts)
    return value


def info_parts(info: ModelInfo | None) -> tuple[str, ...]:
    """The instruments of a model, none where it is still loading."""
    return info.part_names if info is not None else ()


def fitted(controls: Controls, info: ModelInfo | None) -> Controls:
    """The controls as the model can take them: a style or a part that only another model knows (it was set before the
    model was changed) becomes this one's first. A value that fits is not touched."""
    if info is None:
        return controls
    if info.style_names and controls.text("style") not in info.style_names:
        controls = controls.changed("style", info.style_names[0])
    wanted = controls.text("parts").split()
    playable = [part for part in wanted if part in info.part_names] or list(info.part_names[:1])
    return controls if playable == wanted else controls.changed("parts", " ".join(playable))


def describe(controls: Controls, name: str, models: KnownModels) -> tuple[tuple[ControlSpec, ControlValue, str], ...]:
    """One control, or every one with the name `*`: its row of the table, its value now, and a sentence for people that
    lists the choices of a text control and says when the model makes no use of it. Raises InvalidValue."""
    if name != "*" and name not in CONTROLS:
        raise InvalidValue(f"no control is called {name!r}: there are {', '.join(CONTROLS)}")
    specs = CONTROLS.values() if name == "*" else (CONTROLS[name],)
    return tuple((spec, controls[spec.name], _sentence(spec, controls, models)) for spec in specs)


def _sentence(spec: ControlSpec, controls: Controls, models: KnownModels) -> str:
    model = controls.text("model")
    info = models.get(model)
    choices: tuple[str, ...] = ()
    if spec.name == "model":
        choices = tuple(models)
    elif info is not None:
        choices = {"style": info.style_names, "parts": info.part_names}.get(spec.name, ())
    text = spec.text + (f": {', '.join(choices)}" if choices else "")
    if info is not None and spec.name not in info.used_controls | SESSION_CONTROLS:
        text += f" (the model {model} does not use it)"
    return text
