from bridge.model.accompanist import Part
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from training.metrics import measure
from training.onehot.measure import Duet, performance, play, table

FOUR = Metre(4, 4)


def bar(*notes: tuple[int, float, float]) -> Bar:
    return Bar(FOUR, tuple(Note(pitch, onset, duration, 80) for pitch, onset, duration in notes))


class Echo:
    """Plays the last known lead note for the whole bar."""

    name = "echo"
    used_controls = frozenset()
    part_names = ("piano",)
    style_names = ("auto",)

    def accompany(self, request):
        heard = [note.pitch_midi for lead in request.lead for note in lead.bar.notes]
        length_beats = request.metre.length_beats
        return (Part("piano", (Note(heard[-1], 0.0, length_beats, 80),) if heard else ()),)


def test_bars_become_a_performance_that_can_be_measured():
    lead = [Bar(FOUR), bar((72, 0, 4))]
    labels = [Bar(FOUR), bar((60, 0, 2), (64, 0, 2), (62, 2, 2), (66, 2, 2))]
    own = performance(lead, [bar((40, 0, 4)), bar((64, 0, 3), (40, 3, 1))], labels)
    found = measure(own, own)
    assert own.first == 1
    assert (found["notes_per_beat"], found["silence"], found["aic"], found["pcs"]) == (0.5, 0.0, 0.5, 1.0)


def test_following_knows_the_bar_and_anticipating_only_the_one_before():
    lead = [bar((60, 0, 4)), bar((62, 0, 1), (64, 3.9, 0.1)), bar((65, 0, 4))]
    followed, anticipated = (play(lead, Echo(), ahead) for ahead in (0, 1))
    assert [[n.pitch_midi for n in b.notes] for b in followed] == [[60], [64], [65]]
    # the last note of bar 1 begins after the moment at which bar 2 is asked for
    assert [[n.pitch_midi for n in b.notes] for b in anticipated] == [[], [60], [62]]


def test_the_table_has_the_truth_and_two_rows_a_model():
    lead = [bar((60, 0, 4)), bar((64, 0, 4))]
    duet = Duet("song", tuple(lead), performance(lead, [bar((48, 0, 2), (52, 2, 2))] * 2, ()))
    rows = list(table([duet], [Echo()]))
    assert [row.split("|")[1:3] for row in rows[2:]] == [
        [" truth ", "  "],
        [" echo ", " follow "],
        [" echo ", " anticipate "],
    ]
    assert rows[2].split("|")[3].strip() == "0.50"
    assert rows[4].split("|")[4].strip() == "50.0"
