"""`releve simulate --trace`: a contact's story, or the contacts of a day that are worth one."""

from itertools import pairwise

from rich.console import Console
from rich.text import Text

from releve.cli.printing import console, day_text, print_json
from releve.operation.centre import Operation
from releve.rehearsal.contact_name import contact_name
from releve.rehearsal.traced import Notable, Traced, notable, trace

CLOCK = "%H:%M:%S"


def tell_story(
    operation: Operation, written: str, *, days: int, replications: int, seed: int, as_json: bool
) -> int:
    """Print the story of a contact; of a name without a number, whose stories of that day are worth a look."""
    name = contact_name(written)
    asked = {"days": days, "replications": replications, "seed": seed}
    head = {"format": 1, "operation": operation.name, "seed": seed, "contact": str(name)}
    if name.number is None:
        found = notable(operation, name, **asked)
        if as_json:
            print_json(head | {"contacts": [each.record() for each in found]})
        else:
            _print_notable(found, console())
        return 0
    traced = trace(operation, name, **asked)
    if as_json:
        story = [happening.record() for happening in traced.story]
        print_json(head | {"cut_short": traced.cut_short, "story": story})
    else:
        _print_story(traced, operation.steady.carry, console())
    return 0


def _print_story(traced: Traced, carried: bool, out: Console) -> None:
    """A line for each event, under its day."""
    out.print(Text(str(traced.name), "bold"))
    for before, each in pairwise([None, *traced.story]):
        if each is not None:
            if before is None or before.at.date() != each.at.date():
                out.print(Text(f"{each.at:%A} {day_text(each.at.date())}", "dim"))
            out.print(f"  {each.at:{CLOCK}} {each.words}", soft_wrap=True)
    if traced.cut_short:
        why = "the days that are played end" if carried else "the next day starts empty"
        out.print(Text(f"The story stops here, for {why}.", "dim"))


def _print_notable(found: tuple[Notable, ...], out: Console) -> None:
    """The names to ask for, with their reasons."""
    first = found[0].name
    title = (
        f"{found[-1].name.number:,} contacts came first to {first.queue} on {day_text(first.day)}; of these"
    )
    out.print(Text(title, "bold"))
    for each in found:
        out.print(f"  {each.at:{CLOCK}} {each.name} {each.why}", soft_wrap=True)
