"""The words that exports use: column headers, totals and outcomes, in English, French and Dutch, as tables.

A header is read in plain form: small letters without accents, words apart by one space, % as "pct". The
first rule that matches names the field, so the narrow ones stand before the wide ones.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Field = Literal[
    "skill",
    "site",
    "start",
    "date",
    "time",
    "offered",
    "answered",
    "abandoned",
    "within",
    "within_pct",
    "talk",
    "hold",
    "wrap",
    "handle",
    "wait",
    "outcome",
    "answered_at",
]

_LEVEL = r"service ?level|niveau de service|qualite de service|service(niveau|graad)"
_CALLS = r"answered|handled|calls?|appels?|repondus?|traites?|decroches?|beantwoord\w*|oproepen|opgenomen"

# (field, what its header says); "" is a column that is known and not wanted.
_HEADERS: tuple[tuple[Field | Literal[""], str], ...] = (
    ("", r"\b(max|maximum|longest|plus long|langste|forecast|prev\w*|occupa\w*|bezetting\w*|transf\w*)\b"),
    ("", r"^(min|minimum)\b|\b(outbound|sortants?|uitgaande?|callback|rappel\w*|complete)\b"),
    ("", r"^(nb |nombre (de |d )?|aantal )?(staffed |logged )?(agents?|positions?|conseillers?|etp|fte)\b"),
    ("", r"\b(end|fin|einde?|eindtijd)\b|^(tot|to|until|jusqu a|a)$"),
    ("", r"\baband\w* time|\btemps .*aband\w*|\bduree .*aband\w*|\btijd .*verla\w*"),
    ("answered_at", r"\b(answer(ed)?|connect(ed)?) (time|at)\b|\bheure (de |du )?(decroche|reponse)\b"),
    ("answered_at", r"\b(opgenomen|beantwoord) om\b"),
    ("within_pct", r"\bpct\b.*\b(within|in|dans|binnen|sl|sla|service|qs)\b"),
    ("within_pct", rf"\b({_LEVEL}|qs)\b.*\bpct\b"),
    ("", r"\b(pct|percent\w*|pourcent\w*|rate|ratio|taux)\b(?!.*\bservice\b)"),
    ("within", rf"\b({_CALLS})\b.*\b(within|in sla?|dans|binnen|moins|sous|acceptable)\b"),
    ("within", r"\b(within|dans le delai|binnen|acceptable)\b"),
    ("within_pct", rf"\b({_LEVEL}|qs|sla?)\b"),
    ("skill", r"^(nom (de )?)?(la )?file( d attente)?$"),
    ("wrap", r"\b(t?acw|wrap( ?up)?|after call( work)?|post (appel|traitement|call)|na(ver)?werk\w*|dmp)\b"),
    ("hold", r"\b(t?hold|held|mise en (garde|attente)|garde|in de wacht|wachtstand)\b"),
    ("handle", r"\b(aht|t?handle|handled time|handling|dmt|tmt|afhandel(tijd|duur)|behandel(tijd|duur))\b"),
    ("handle", r"\b(duree|temps)( moyen(ne)?)?( de)? traitement\b"),
    ("wait", r"\b(wait\w*|queue time|time in queue|attente|wachttijd|asa|speed|delay|delai)\b"),
    ("talk", r"\b(t?talk|acd time|conv\w*|comm(unication)?s?|gesprek\w*|spreek\w*|dmc|att)\b"),
    ("talk", r"\b(duration|duree|duur)\b"),
    ("abandoned", r"\b(n?aband\w*|verlaten|afgebroken|opgehangen|afhakers|verloren|gemist\w*)\b"),
    ("abandoned", r"\b(lost|perdus?|missed)\b"),
    ("answered", r"\b(n?answer\w*|acd calls|handled|traites?|repondus?|decroches?|pris)\b"),
    ("answered", r"\b(beantwoord\w*|afgehandeld\w*)\b"),
    ("offered", r"\b(n?offer\w*|received|recus?|presentes?|entrants?|entered|incoming|inbound)\b"),
    ("offered", r"\b(aangeboden|binnenkomend\w*|binnengekomen|inkomend\w*)\b"),
    ("outcome", r"\b(status|statut|disposition|result\w*|outcome|issue|etat|afloop)\b"),
    ("start", r"\b(date ?time|timestamp|date( et)? heure|start\w*|debut|begin\w*)\b"),
    ("start", r"\b(horodat\w*|tijdstip|arriv\w*)\b"),
    ("date", r"\b(date|jour|datum|dag|day)\b"),
    ("time", r"^(van|vanaf|from|de|depuis)$"),
    ("time", r"\b(time|heure|tijd|uur|interval\w*|tranche|horaire|creneau|plage|half hour|periode?|hour)\b"),
    ("skill", r"\b(queue|skill|split|vdn|wachtrij|competence|service|ligne|line)\b"),
    ("skill", r"\b(campa\w*|group\w*|activit\w*)\b"),
    ("site", r"\b(site|location|centre|center|vestiging|lieu|locatie)\b"),
    ("offered", r"^(nb |nombre (de |d )?|aantal |number of )?(calls|appels|oproepen|contacts|volume)$"),
)  # fmt: skip
HEADERS = tuple((field, re.compile(pattern)) for field, pattern in _HEADERS)

AVERAGE = re.compile(r"\b(avg|average|mean|moy\w*|gem|gemiddeld\w*|aht|dmt|dmc|dmp|tmt|att|asa)\b")
UNITS = (  # what a header may say of the unit of a duration
    ("ms", re.compile(r"\b(ms|msec|millis\w*)\b")),
    ("min", re.compile(r"\b(mins?|minutes?|minuten)\b")),
    ("s", re.compile(r"\b(s|secs?|seconds?|secondes?|seconden)\b")),
)
THRESHOLD = re.compile(r"\b(\d+) ?(s|secs?|seconds?|secondes?|seconden)\b")

# A label that begins with one of these is a total, or another sum, of the rows around it.
TOTALS = (
    "total", "totals", "totaux", "totaal", "sub total", "subtotal", "sous total", "subtotaal", "grand total",
    "eindtotaal", "somme", "sum", "som", "summary", "cumul", "moyenne", "average", "gemiddelde",
)  # fmt: skip
AVERAGES = ("moyenne", "average", "gemiddelde")  # of these no sum can be held against the rows

# What an outcome says, by the word that it begins with.
OUTCOMES: tuple[tuple[Literal["answered", "abandoned"], re.Pattern[str]], ...] = (
    ("abandoned", re.compile(r"^(not answered|no answer|non|niet|aband|lost|perdu|missed|gemist)")),
    ("abandoned", re.compile(r"^(opgehangen|verlaten)")),
    ("abandoned", re.compile(r"^(raccroche|hang|hung|afgebroken|unanswered|no|n|false|0|nee)\b")),
    ("answered", re.compile(r"^(answer|handled|traite|decroche|repondu|connect)")),
    ("answered", re.compile(r"^(beantwoord|afgehandeld|opgenomen)")),
    ("answered", re.compile(r"^(complet|served|servi|ok|oui|yes|ja|y|o|j|true|1)")),
)  # fmt: skip


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """A header or label in plain form."""
    letters = unicodedata.normalize("NFKD", text.replace("%", " pct ").replace("<", " within ")).lower()
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def field_of(header: str) -> Field | None:
    """The field that a header names; None where it names none, or one that is not wanted."""
    words = plain(header)
    return next((field or None for field, pattern in HEADERS if pattern.search(words)), None)


def unit_of(header: str) -> str | None:
    """The unit of a duration, where the header says it."""
    words = plain(header)
    return next((unit for unit, pattern in UNITS if pattern.search(words)), None)


def outcome_of(word: str) -> Literal["answered", "abandoned"] | None:
    """What an outcome's word means."""
    words = plain(word)
    return next((meaning for meaning, pattern in OUTCOMES if pattern.search(words)), None)


@lru_cache(maxsize=100_000)
def is_total(label: str, words: tuple[str, ...]) -> bool:
    """Whether a label is that of a sum of rows."""
    text = plain(label)
    return any(text == word or text.startswith(word + " ") for word in map(plain, words))


def slug(text: str) -> str:
    """A foreign name as a name of ours: small letters, digits, hyphens."""
    return plain(text).replace(" ", "-") or "unnamed"
