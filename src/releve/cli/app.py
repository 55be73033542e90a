"""The program: its commands, and what comes out of it when something goes wrong.

A command returns its exit code or raises: `InputError` and `JournalError` are printed as findings (2), Ctrl-C says
what was kept (130), anything else is our fault (70). Commands are named here and loaded when asked for, so that
`releve check` does not wait for the compiler that only `releve rehearse` needs.
"""

import errno
import os
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError
from rich.console import Console

import releve
from releve.base.errors import Finding, InputError, JournalError, ReleveError, wrong
from releve.cli.printing import findings_text
from releve.operation.clock import TZDATA_VERSION

FINISHED, NO, BAD_INPUT, OUR_FAULT, STOPPED = 0, 1, 2, 70, 130
COMMANDS = {
    "check": "releve.cli.check:check",
    "edge": "releve.cli.edges:edge",
    "explain": "releve.cli.explain:explain",
    "forecast": "releve.cli.forecasting:forecast",
    "import": "releve.cli.importing:import_history",
    "init": "releve.cli.starting:init",
    "journal": "releve.cli.journals:journal",
    "outcomes": "releve.cli.outcomes:outcomes",
    "plan": "releve.cli.planning:plan",
    "ready": "releve.cli.waves:ready",
    "rehearse": "releve.cli.rehearsing:rehearse",
    "replay": "releve.cli.replaying:replay",
    "serve": "releve.cli.serving:serve",
    "shadow": "releve.cli.shadowing:shadow",
    "simulate": "releve.cli.simulating:simulate",
    "staff": "releve.cli.staffing:staff",
    "token": "releve.cli.tokens:token",
    "wave": "releve.cli.waves:wave",
}


def version() -> str:
    """What is installed, and the clocks it knows."""
    return f"releve {releve.__version__}, tz data {TZDATA_VERSION}"


app = App(
    name="releve",
    help="Plan, rehearse and run the move of a contact centre, wave by wave, with nothing dropped.",
    version=version,
    version_flags=["--version"],
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)
for _name, _function in COMMANDS.items():
    app.command(_function, name=_name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code. `arguments` are those of the process unless given."""
    try:
        code = app(
            sys.argv[1:] if arguments is None else list(arguments),
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except CycloptsError as error:
        asked = " ".join(["releve", *(error.command_chain or ()), "--help"])
        return _tell(InputError([Finding("", 0, "command-line", str(error), "", f"see: {asked}")]))
    except InputError as error:
        return _tell(error)
    except JournalError as error:
        return _tell(wrong("journal-trouble", error, "a journal that can be written, read and trusted"))
    except KeyboardInterrupt:
        print("Stopped. What was not written yet is lost; no file is half-written.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # Whoever reads the output, as `head` does, has read enough: nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINISHED
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            return _our_fault(error)
        return _tell(
            wrong("long-name", "a path longer than the system takes", "a shorter one", "is it a path?")
        )
    except Exception as error:
        return _our_fault(error)
    else:
        return code if isinstance(code, int) else FINISHED


def program() -> int:
    """What the `releve` program runs: `main`, and after Ctrl-C no thread in the middle of a day is waited for."""
    code = main()
    if code == STOPPED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _tell(error: InputError) -> int:
    Console(stderr=True, highlight=False, soft_wrap=True).print(findings_text(error.findings, "error"))
    return error.exit_code


def _our_fault(error: Exception) -> int:
    if os.environ.get("RELEVE_DEBUG") == "1":
        traceback.print_exc()
    kind = type(error).__name__
    print(
        f"This is a fault of Releve, not of your files: {kind}: {error}\n"
        f"Please report it with this message, the command, and the line `{version()}`. "
        "RELEVE_DEBUG=1 before the command shows where it happened.",
        file=sys.stderr,
    )
    return error.exit_code if isinstance(error, ReleveError) else OUR_FAULT
