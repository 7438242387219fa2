"""Find the jurisdiction that people mean: ``OH``, ``Ohio``, ``State of Ohio``, ``N. Carolina``, ``Columbus, OH``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cluster_kit.content.models import Jurisdiction
from cluster_kit.roster.people import fold_name

# Abbreviations from before the postal codes, and other names in use. They are compared by their letters alone.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "AL": ("Ala",), "AK": ("Alas",), "AZ": ("Ariz",), "AR": ("Ark",), "CA": ("Calif", "Cal"), "CO": ("Colo",),
    "CT": ("Conn",), "DE": ("Del",), "FL": ("Fla",), "IL": ("Ill",), "IN": ("Ind",), "KS": ("Kan", "Kans"),
    "KY": ("Ken",), "MA": ("Mass",), "MI": ("Mich",), "MN": ("Minn",), "MS": ("Miss",), "MT": ("Mont",),
    "NE": ("Neb", "Nebr"), "NV": ("Nev",), "NM": ("N Mex",), "ND": ("N Dak", "No Dakota"), "OK": ("Okla",),
    "OR": ("Ore", "Oreg"), "PA": ("Penn", "Penna"), "SD": ("S Dak", "So Dakota"), "TN": ("Tenn",), "TX": ("Tex",),
    "NC": ("No Carolina",), "SC": ("So Carolina",), "WA": ("Wash", "Washington State"), "WV": ("W Va",),
    "WI": ("Wis", "Wisc"), "WY": ("Wyo",), "NY": ("New York State",),
    "DC": ("Washington DC", "Wash DC", "District of Colombia"),
    "VI": ("Virgin Islands", "USVI", "US Virgin Islands", "United States Virgin Islands"),
    "MP": ("CNMI", "Northern Marianas", "Northern Mariana", "No Mariana Islands"),
    "AS": ("Amer Samoa",), "PR": ("P Rico",), "PW": ("Republic of Palau",),
}  # fmt: skip
_DIRECTIONS = {"north": "n", "south": "s", "west": "w"}
_BEFORE = re.compile(r"^(the )?((state|commonwealth|territory|republic) of (the )?)", re.IGNORECASE)
_COUNTRY = re.compile(
    r"[\s,(]+(usa|u\.s\.a\.|u\.s\.|united states( of america)?)\)?$|^us[-–](?=[a-z]{2}$)", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*[,;()/|\[\]–—]\s*|\s+-\s+|(?<=^[A-Z]{2})-")
_AGENCY = re.compile(
    r"\s+(state|dept|department|doe|board|office|division|cte|community|public|technical)\b.*$", re.IGNORECASE
)
# Words that only the name of an agency has, beside the name of its state. Universities and counties are named for
# states that they are not in.
_AGENCY_WORD = re.compile(
    r"\b(agency|authority|board|bureau|commission(er)?|council|cte|department|dept|division|doe|office|regents|state"
    r"|superintendent|system|career|vocational|workforce)\b"
)
_OTHER_PLACE = re.compile(
    r"\s+(avenue|beach|city|college|county|falls|heights|parish|street|township|university|valley)\b"
)
_CODE_LENGTH, _SHORTEST_START = 2, 3
_LONGEST = 120


class StateNames:
    """Looks up jurisdictions by any of their names. ``known`` has the folded codes and names, for suggestions."""

    def __init__(self, jurisdictions: Iterable[Jurisdiction]) -> None:
        self.known = {
            fold_name(named): jurisdiction.code
            for jurisdiction in jurisdictions
            for named in (jurisdiction.code, jurisdiction.name)
        }
        self._found: dict[str, str | None] = {}
        self._by_letters = {_letters(named): code for named, code in self.known.items()}
        for code in set(self.known.values()):
            self._by_letters |= {_letters(also): code for also in _ALSO.get(code, ())}
        for name, code in self.known.items():
            first, _, rest = name.partition(" ")
            if first in _DIRECTIONS and rest:
                self._by_letters.setdefault(_letters(_DIRECTIONS[first] + rest), code)
        self._whole = self._list_whole_names()
        longest_first = sorted(self._whole, key=len, reverse=True)
        self._names = re.compile(rf"(?<![^\W_])({'|'.join(map(re.escape, longest_first))})(?![^\W_])")

    def _list_whole_names(self) -> dict[str, str]:
        """The folded names that mean a state among other words: no abbreviation of one word does."""
        also = {
            fold_name(name): code for code, names in _ALSO.items() for name in names if name.count(" ") or code == "MP"
        }
        codes = set(self.known.values())
        names = {name: code for name, code in self.known.items() if len(name) > _CODE_LENGTH}
        return {name: code for name, code in also.items() if code in codes and len(name) > _SHORTEST_START} | names

    def find(self, text: str) -> str | None:
        """The code of the jurisdiction that a cell means, or None. Parts of a cell must not mean several."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> str | None:
        named = _COUNTRY.sub("", text[:_LONGEST].strip())
        if code := self._find_name(named) or self._find_start(named):
            return code
        parts = [part for part in _BETWEEN.split(named) if part]
        found = {
            code for part in parts if len(parts) > 1 and (code := self.find_label(part) or self.find_in_agency(part))
        }
        if found:
            return found.pop() if len(found | self.find_named(named)) == 1 else None
        return self.find_in_agency(named)

    def find_named(self, text: str) -> frozenset[str]:
        """The codes of all jurisdictions whose whole names are in the text: West Virginia is not also Virginia."""
        folded = fold_name(text[:_LONGEST])
        found = self._names.finditer(folded)
        return frozenset(self._whole[one[1]] for one in found if not _OTHER_PLACE.match(folded, one.end()))

    def find_in_agency(self, text: str) -> str | None:
        """The only jurisdiction that an agency's name contains: ``Kansas State Board of Regents``; else None."""
        if not _AGENCY_WORD.search(fold_name(text)):
            return None
        named = self.find_named(text)
        return next(iter(named)) if len(named) == 1 else None if named else self.find_agency(text)

    def find_label(self, text: str) -> str | None:
        """As ``find``, for a word beside other words: two letters mean a state only in capitals."""
        if len(text) == _CODE_LENGTH and not text.isupper():
            return None
        return self._find_name(text)

    def find_agency(self, text: str) -> str | None:
        """The jurisdiction whose agency this is: ``Ohio Department of Education``."""
        return self.find_label(_AGENCY.sub("", text))

    def _find_name(self, text: str) -> str | None:
        return self._by_letters.get(_letters(_BEFORE.sub("", text.strip())))

    def _find_start(self, text: str) -> str | None:
        """The only jurisdiction whose name starts like this abbreviation: ``Okla.``."""
        letters = _letters(text)
        if not text.endswith(".") or len(letters) < _SHORTEST_START:
            return None
        codes = {code for name, code in self._by_letters.items() if name.startswith(letters)}
        return codes.pop() if len(codes) == 1 else None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold_name(text))
