"""The bundled leads as text: eight melodies that belong to everybody, in a small part of ABC notation.

A letter is a note (`C` is middle C, `c` the octave above, `,` and `'` an octave down and up), `^` `_` `=` before it
an accidental, a number or fraction after it its length in units, `-` a tie, `z` a rest, `|` a bar line. Accidentals
hold for their note alone. Set for this project, and compared note for note with the edition that `source` names; where
editions differ, the commonly sung form was taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.music.metre import Metre


@dataclass(frozen=True, slots=True)
class Tune:
    """One melody.

    name         what it is called on the command line and as a file
    title        for people
    origin       who made it and when, and so why it is free
    source       an edition that has the same notes, and what is otherwise there
    metre        a first bar that is shorter is a pickup
    tonic, is_major   the key, 0 is C; `signature` names the letters that it sharpens (`F#`) or flattens (`Bb`)
    tempo_bpm    quarter notes a minute
    unit_beats   length of a note without a number
    text         the notes
    """

    name: str
    title: str
    origin: str
    source: str
    metre: Metre
    tonic: int
    is_major: bool
    signature: str
    tempo_bpm: float
    unit_beats: float
    text: str


_ODE_SECOND_HALF = """
    e e f d | e f/g/ f d | e f/g/ f e | d e A f- |
    f f g a | a g f e | d d e f | e3/2 d/ d2 |
"""
ODE_TO_JOY = Tune(
    name="ode-to-joy",
    title="Ode to Joy",
    origin="Ludwig van Beethoven (1770-1827), theme of the finale of the Ninth Symphony, 1824",
    source="Mutopia 2009/08/05-528 (a hymn book's form); the tie into the thirteenth bar is Beethoven's",
    metre=Metre(4, 4),
    tonic=2,
    is_major=True,
    signature="F# C#",
    tempo_bpm=120,
    unit_beats=1,
    # the tie into the thirteenth bar is Beethoven's; hymn books iron it out
    text="""
    f f g a | a g f e | d d e f | f3/2 e/ e2 |
    f f g a | a g f e | d d e f | e3/2 d/ d2 |
    """
    + _ODE_SECOND_HALF
    + _ODE_SECOND_HALF,
)

_GRACE = """
    G2 B/G/ | B2 A | G2 E | D2 D | G2 B/G/ | B2 A | d3- | d2 B |
    d3/2 B/ d/B/ | G2 D | E3/2 G/ G/E/ | D2 D | G2 B/G/ | B2 A | G3- |
"""
AMAZING_GRACE = Tune(
    name="amazing-grace",
    title="Amazing Grace",
    origin="New Britain, American folk hymn, printed in 1829 (Columbian Harmony) and 1835 (Southern Harmony)",
    source="the Lilypond Hymnal Project (NEW BRITAIN), there in A flat and 9/8",
    metre=Metre(3, 4),
    tonic=7,
    is_major=True,
    signature="F#",
    tempo_bpm=84,
    unit_beats=1,
    text="D |" + _GRACE + "G2 D |" + _GRACE + "G2 z |",
)

_GREENSLEEVES_VERSE = """
    c2 d e3/2 f/ e | d2 B G3/2 A/ B | c2 A A3/2 ^G/ A | B2 ^G E2 A |
    c2 d e3/2 f/ e | d2 B G3/2 A/ B | c3/2 B/ A ^G3/2 F/ ^G | A3 A2 {last} |
"""
_GREENSLEEVES_REFRAIN = """
    g3 g3/2 f/ e | d2 B G3/2 A/ B | c2 A A3/2 ^G/ A | B2 ^G E3 |
    g3 g3/2 f/ e | d2 B G3/2 A/ B | c3/2 B/ A ^G3/2 F/ ^G | A6 |
"""
GREENSLEEVES = Tune(
    name="greensleeves",
    title="Greensleeves",
    origin="English, registered as a ballad in 1580; in the Dorian mode, as in the old lute books",
    source="cyberhymnal.org's ABC (What Child Is This), there in E minor",
    metre=Metre(6, 8),
    tonic=9,
    is_major=False,
    signature="F#",
    tempo_bpm=90,
    unit_beats=0.5,
    text="A |"
    + _GREENSLEEVES_VERSE.format(last="A")
    + _GREENSLEEVES_VERSE.format(last="z")
    + _GREENSLEEVES_REFRAIN
    + _GREENSLEEVES_REFRAIN,
)

GOD_REST_YE = Tune(
    name="god-rest-ye",
    title="God Rest You Merry, Gentlemen",
    origin="English carol of the 17th or 18th century; the tune printed in 1846 (Rimbault)",
    source="the melody of Stainer's setting, as Musicam Ecclesiae engraves it",
    metre=Metre(4, 4),
    tonic=4,
    is_major=False,
    signature="F#",
    tempo_bpm=144,
    unit_beats=1,
    text="""
    E | E B B A | G F E D | E F G A | B3 E | E B B A | G F E D | E F G A | B3 B |
    c A B c | d e B A | G E F G | A2 G A | B2 c B | B A G F | E2 G/F/ E | A2 G A |
    B c d e | B A G F | E4 |
    """,
)

_SILENT = """
    G3/2 A/ G E3 | G3/2 A/ G E3 | d2 d B3 | c2 c G3 | A2 A c3/2 B/ A | G3/2 A/ G E3 |
    A2 A c3/2 B/ A | G3/2 A/ G E3 | d2 d f3/2 d/ B | c3 e3 | c G E G3/2 F/ D | C6 |
"""
SILENT_NIGHT = Tune(
    name="silent-night",
    title="Silent Night",
    origin="Franz Xaver Gruber (1787-1863), 1818, as it is commonly sung",
    source="Paul Hardy's Xmas Tunebook (2012), number 19004; sfiera/carols on GitHub, there in 3/4",
    metre=Metre(6, 8),
    tonic=0,
    is_major=True,
    signature="",
    tempo_bpm=84,
    unit_beats=0.5,
    text=_SILENT + _SILENT,
)

_AH_VOUS = """
    G G | d d | e e | d2 | c c | B B | A A | G2 | d d | c c | B B | A2 | d d | c c | B B | A2 |
    G G | d d | e e | d2 | c c | B B | A A | G2 |
"""
AH_VOUS_DIRAI_JE = Tune(
    name="ah-vous-dirai-je",
    title="Ah! vous dirai-je, maman",
    origin="French, printed in 1761; known by many words since",
    source="LilyPond's example kortjakje.ly, there in C; the middle's fourth bars held, as children sing them",
    metre=Metre(2, 4),
    tonic=7,
    is_major=True,
    signature="F#",
    tempo_bpm=104,
    unit_beats=1,
    text=_AH_VOUS,
)

_JESU = """
    z G A B d c c e d | d g f g d B G A B | c d e d c B A B G | F G A D F A c B A |
    B G A B d c c e d | d g f g d B G A B | E d c B A G D G F | G B d g d B G z2 |
"""
JESU_JOY = Tune(
    name="jesu-joy",
    title="Jesu, Joy of Man's Desiring",
    origin="Johann Sebastian Bach (1685-1750), the obbligato of the chorale in the cantata BWV 147, 1723",
    source="Mutopia's edition after Breitkopf & Härtel, bars 1 to 8",
    metre=Metre(9, 8),
    tonic=7,
    is_major=True,
    signature="F#",
    tempo_bpm=96,
    unit_beats=0.5,
    text=_JESU + _JESU,
)

AULD_LANG_SYNE = Tune(
    name="auld-lang-syne",
    title="Auld Lang Syne",
    origin="Scottish; this tune printed in 1799 (Thomson), older as a dance",
    source="sfiera/carols on GitHub, but for one passing note of its last line; Paul Hardy's tune book, there in D",
    metre=Metre(4, 4),
    tonic=5,
    is_major=True,
    signature="Bb",
    tempo_bpm=100,
    unit_beats=1,
    text="""
    C | F3/2 F/ F A | G3/2 F/ G A | F3/2 F/ A c | d3 d |
    c3/2 A/ A F | G3/2 F/ G A | F3/2 D/ D C | F3 d |
    c3/2 A/ A F | G3/2 F/ G d | c3/2 A/ A c | d3 d |
    c3/2 A/ A F | G3/2 F/ G A | F3/2 D/ D C | F3 z |
    """,
)

TUNES: tuple[Tune, ...] = (
    ODE_TO_JOY,
    AMAZING_GRACE,
    GREENSLEEVES,
    GOD_REST_YE,
    SILENT_NIGHT,
    AH_VOUS_DIRAI_JE,
    JESU_JOY,
    AULD_LANG_SYNE,
)
"""In the order in which they are offered; the demo plays the first."""
