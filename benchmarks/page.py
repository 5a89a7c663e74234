"""RESULTS.md as a head and a section for each benchmark, so that one that runs again replaces its own section alone.

A section is known by the command at its end. It knows nothing of what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_COMMAND = re.compile(r"^`python -m benchmarks (\w+) ", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """head: what stands before the first section; sections: name of a benchmark -> its text."""

    head: str
    sections: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Page:
        """A page as `markdown` writes it. What is no section of a benchmark is left out."""
        head, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
        named = ((_COMMAND.findall(section), section) for section in sections)
        return cls(head.strip(), {names[-1]: section.strip() for names, section in named if names})

    def replaced(self, name: str, section: str) -> Page:
        """The page with the section of one benchmark as it is now."""
        return Page(self.head, {**self.sections, name: section.strip()})

    def markdown(self, order: Iterable[str]) -> str:
        """The sections in this order; those of other names are gone."""
        texts = [self.sections[name] for name in order if name in self.sections]
        return "\n\n".join([self.head.strip(), *texts]) + "\n"
