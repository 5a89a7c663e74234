"""Obbligato: an accompanist that plays along. Importing this opens no socket and loads no TensorFlow."""

from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note

__version__ = "0.1.0"

__all__ = ["Bar", "Metre", "Note", "__version__"]
