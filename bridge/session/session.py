"""One conversation: bars of lead are asked about, begun one at a time, finished, and remembered.

`ask` takes a bar in, `begin` hands out the newest request as a job with all that a model may know, `finish` takes the
model's answer. It knows no socket, no clock and no thread: whoever calls it brings the time and the chance, and calls
from one thread. The server, the file player and the evaluation of models all play through it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from bridge.errors import BridgeError, Busy, Internal, Superseded
from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request, checked
from bridge.model.controls import Controls, ControlSpec, ControlValue
from bridge.music.metre import Metre
from bridge.session.chance import seed_of
from bridge.session.choices import KnownModels, checked_choice, describe, fitted
from bridge.session.events import Answered, Ask, Heard, Job, Outcome, Refused
from bridge.session.memory import Memory, Remembered
from bridge.session.promise import is_still_meant, is_whole, merged, promised
from bridge.session.replies import Arrivals, Replies
from bridge.session.timing import Latencies

BARS_REMEMBERED = 64
MAX_WAITING = 16
"""Requests of one session that may wait; for a newer one the oldest of the asker with the most of them is dropped."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    asker: Hashable
    ask: Ask
    asked_s: float


class Session:
    """The lead and the accompaniment of one performance, whoever of its askers is asking.

    One job at a time: `begin` gives none while one is being played, because the next bar is played from what this one
    will have been. Requests therefore come out in an order that depends on nothing but the order of the calls.
    """

    def __init__(
        self,
        name: str,
        default_model: str,
        bars_remembered: int = BARS_REMEMBERED,
        known_models: KnownModels | None = None,
    ) -> None:
        """`known_models`: which values the controls `model`, `style` and `parts` may have (it may change while the
        session lives); without it only `default_model` can play and every style and part is taken."""
        self.name = name
        self._models: KnownModels = {default_model: None} if known_models is None else known_models
        self._default_model = default_model
        self.controls: Controls = Controls().changed("model", default_model)
        self._memory = Memory(bars_remembered)
        self._replies = Replies()
        self._arrivals = Arrivals()
        self._latencies = Latencies()
        self._waiting: list[_Waiting] = []
        self._served: dict[Hashable, int] = {}  # asker -> the turn in which it was served last
        self._turns = 0
        self._job: Job | None = None
        self._job_is_history = True

    @property
    def bars(self) -> int:
        """How many bars of lead are remembered."""
        return len(self._memory)

    @property
    def model(self) -> str:
        """The name of the model that plays."""
        return self.controls.text("model")

    @property
    def waiting(self) -> int:
        """How many requests wait to be begun."""
        return len(self._waiting)

    @property
    def late(self) -> int:
        """Answers that took longer than until their music was needed (see `timing.due_s`)."""
        return self._latencies.late

    @property
    def median_ms(self) -> float:
        """Half of the last 256 answers took no longer than this."""
        return self._latencies.quantile_ms(0.5)

    @property
    def p99_ms(self) -> float:
        """99 % of the last 256 answers took no longer than this."""
        return self._latencies.quantile_ms(0.99)

    def ask(self, asker: Hashable, ask: Ask, now_s: float, unable: BridgeError | None = None) -> tuple[Outcome, ...]:
        """Take a bar of lead in. What can be said at once comes back; the rest waits for `begin`.

        The same request again gets the same outcome from memory, or nothing while it still waits or is being played.
        unable  why nothing can be played now (the model is not ready): the bar is taken in, the request refused
        """
        remembered = self._replies.recall(asker, ask)
        if remembered is not None:
            return (remembered,)
        if self._is_pending(asker, ask):
            return ()
        if not self._arrivals.is_overtaken(("lead", ask.number), asker, ask.seq, now_s):
            self._memory.hear(_lead_bar(ask))
        if ask.ahead < 0:
            return (self._settled(asker, ask, Heard(asker, ask.seq)),)
        if self._arrivals.is_overtaken(("target", ask.target), asker, ask.seq, now_s):
            return (self._refused(asker, ask, Superseded(f"a newer request for bar {ask.target} was here before")),)
        outcomes = self._supersede(ask)
        promise = self._whole_promise(asker, ask)
        if promise is not None:
            return (*outcomes, self._settled(asker, ask, promise))
        if unable is not None:
            return (*outcomes, self._refused(asker, ask, unable))
        self._waiting.append(_Waiting(asker, ask, now_s))
        if len(self._waiting) > MAX_WAITING:
            counts = Counter(waiting.asker for waiting in self._waiting)
            oldest = next(w for w in self._waiting if counts[w.asker] == max(counts.values()))
            self._waiting.remove(oldest)
            refusal = Busy(f"more than {MAX_WAITING} requests wait: bar {oldest.ask.target} was dropped")
            outcomes = (*outcomes, self._refused(oldest.asker, oldest.ask, refusal))
        return outcomes

    def begin(self, now_s: float, entropy: int) -> Job | None:
        """The newest waiting request of the asker whose turn it is as a job, with what is remembered now; None when
        none waits or one is being played. The lead ends with the asking bar, even where later bars were heard on an
        earlier pass.

        entropy  where chance comes from while the control `seed` is -1: a new number at every call
        """
        if self._job is not None or not self._waiting:
            return None
        waiting = self._next()
        ask = waiting.ask
        controls = fitted(self.controls, self._models.get(self.model))
        answer = self._memory.answer_for(ask.target)
        kept, from_beats = promised(answer, ask, answer is not None and is_still_meant(answer, controls, ask))
        request = Request(
            target=ask.target,
            metre=ask.bar.metre,
            tempo_bpm=ask.tempo_bpm,
            # Its own bar as the request told it, whatever came since: the same request makes the same music however
            # long it waited, and whatever overtook it on the network.
            lead=(*self._memory.lead_before(ask.number), _lead_bar(ask)),
            history=self._memory.history_before(ask.target),
            kept=kept,
            from_beats=from_beats,
            controls=controls,
            seed=seed_of(controls, ask.target, entropy),
            began=self._memory.began,
        )
        self._job = Job(waiting.asker, ask, request, self.model, waiting.asked_s)
        self._job_is_history = True
        return self._job

    def finish(self, job: Job, result: tuple[Part, ...] | BridgeError, now_s: float) -> tuple[Outcome, ...]:
        """Take the model's notes, or why there are none. The outcome answers the job's asker.

        An illegal result is refused as `internal`. A job that is not the one being played (it was finished before)
        is passed over. After a `reset` in between the answer is given but does not become history.
        """
        if self._job is None or job != self._job:
            return ()
        self._job = None
        ask = job.ask
        if isinstance(result, BridgeError):
            return (self._refused(job.asker, ask, result),)
        request = job.request
        try:
            parts = merged(request.kept, checked(request, result), request.from_beats)
        except BridgeError as fault:
            return (self._refused(job.asker, ask, fault),)
        except (AttributeError, TypeError, ValueError) as fault:
            return (self._refused(job.asker, ask, Internal(f"the model returned something else than notes: {fault}")),)
        if self._job_is_history:
            played = PlayedBar(ask.target, request.metre, parts)
            self._memory.record(Remembered(played, request.controls, request.target_lead))
        self._latencies.add(ask, now_s - job.asked_s)
        return (self._settled(job.asker, ask, self._answer(job.asker, ask, parts)),)

    def reset(self) -> tuple[Outcome, ...]:
        """Forget lead, accompaniment and remembered replies; the controls stay. Requests that wait are refused: the
        lead that they were asked about is gone. One that is being played is still answered."""
        outcomes = self.refuse_waiting(Superseded("the session was reset"))
        self._memory.clear()
        self._replies.clear()
        self._arrivals.clear()
        self._job_is_history = False
        return outcomes

    def recall(self, number: int, metre: Metre, parts: tuple[Part, ...]) -> None:
        """Take in a bar that was played before, outside of this session (kept from a file): the bars after it are
        played from it as if it had been answered here."""
        self._memory.record(Remembered(PlayedBar(number, metre, parts), self.controls, None))

    def refuse_waiting(self, error: BridgeError) -> tuple[Outcome, ...]:
        """Refuse every request that waits, the oldest first."""
        waiting, self._waiting = self._waiting, []
        return tuple(self._refused(w.asker, w.ask, error) for w in waiting)

    def forget(self, asker: Hashable) -> None:
        """Forget the replies to one asker, which was started again and counts its requests from the beginning."""
        self._replies.forget(asker)
        self._arrivals.forget(asker)

    def set(self, name: str, value: object) -> ControlValue:
        """Set a control; returns its value after clamping. Raises InvalidValue: no such control, a value of the wrong
        type, or a model, style or part that there is not."""
        changed = self.controls.changed(name, value)
        choice = checked_choice(name, changed[name], self._models, self.model, self._default_model)
        self.controls = changed.changed(name, choice)
        return self.controls[name]

    def describe(self, name: str) -> tuple[tuple[ControlSpec, ControlValue, str], ...]:
        """One control, or every one with the name `*`: its row, its value, and a sentence. Raises InvalidValue."""
        return describe(self.controls, name, self._models)

    def _next(self) -> _Waiting:
        """Take the newest request of whoever was served longest ago: one asker's haste is not the others' loss."""
        newest = {waiting.asker: waiting for waiting in self._waiting}
        asker = min(reversed(newest), key=lambda asker: self._served.get(asker, 0))
        self._turns += 1
        # Who does not wait now has been idle, and comes first when it asks again.
        self._served = {a: turn for a, turn in self._served.items() if a in newest} | {asker: self._turns}
        self._waiting.remove(newest[asker])
        return newest[asker]

    def _is_pending(self, asker: Hashable, ask: Ask) -> bool:
        playing = self._job is not None and self._job.asker == asker and self._job.ask == ask
        return playing or any(w.asker == asker and w.ask == ask for w in self._waiting)

    def _supersede(self, ask: Ask) -> tuple[Outcome, ...]:
        older = [w for w in self._waiting if w.ask.target == ask.target]
        self._waiting = [w for w in self._waiting if w.ask.target != ask.target]
        refusal = Superseded(f"a newer request for bar {ask.target} came before this one was begun")
        return tuple(self._refused(w.asker, w.ask, refusal) for w in older)

    def _whole_promise(self, asker: Hashable, ask: Ask) -> Answered | None:
        """The earlier answer if all of it was promised: then there is nothing to think about."""
        answer = self._memory.answer_for(ask.target)
        if answer is None or not is_whole(ask) or (self._job is not None and self._job.ask.target == ask.target):
            return None
        controls = fitted(self.controls, self._models.get(self.model))
        _, from_beats = promised(answer, ask, is_still_meant(answer, controls, ask))
        return self._answer(asker, ask, answer.played.parts) if from_beats > 0 else None

    def _answer(self, asker: Hashable, ask: Ask, parts: tuple[Part, ...]) -> Answered:
        metre = ask.bar.metre
        chords = None
        if self.controls.whole("chords"):
            from bridge.music.spelling import spell  # only a display needs it

            chords = spell(tuple(note for part in parts for note in part.notes), metre)
        return Answered(asker, ask.seq, ask.target, metre, parts, chords)

    def _refused(self, asker: Hashable, ask: Ask, error: BridgeError) -> Outcome:
        return self._settled(asker, ask, Refused(asker, ask.seq, error))

    def _settled(self, asker: Hashable, ask: Ask, outcome: Outcome) -> Outcome:
        self._replies.remember(asker, ask, outcome)
        return outcome


def _lead_bar(ask: Ask) -> LeadBar:
    return LeadBar(ask.number, ask.bar.before(ask.known_beats), ask.known_beats)
