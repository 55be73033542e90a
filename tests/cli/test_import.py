"""`releve import`: an export becomes a history, by a map that is shown."""

from pathlib import Path

import pytest

from tests.cli.worlds import Run
from tests.operation.small_move import write_small_move

EXPORT = """\
Daily report;;;;;;
Date;Time;Skill;Calls offered;Calls answered;Calls abandoned;AHT (s)
03/11/2025;09:00;FR_INV;1.020;1.000;20;5:10
03/11/2025;09:30;FR_INV;30;28;2;5:12
03/11/2025;09:00;NL;12;12;0;6:00
Total;;;1.062;1.040;22;
"""
ZONE = ("--zone", "Europe/Brussels")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    return path


def test_it_shows_how_the_export_was_read(run: Run, export: Path, tmp_path: Path) -> None:
    said = run("import", export, *ZONE)
    assert (said.code, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines()]
    assert ["offered", "Calls", "offered"] in lines
    assert ["FR_INV", "fr-inv"] in lines
    assert ["fr-inv", "2", "1,050"] in lines
    assert "Left out: 1 row of totals." in said.out
    assert "Starts from 2025-11-03 09:00 to 2025-11-03 09:30, by the clock of Europe/Brussels." in said.out
    assert "2025-11-03T09:00+01:00,30,1020,1000,20" in (tmp_path / "out/history.csv").read_text()


def test_a_column_of_hours_minutes_and_seconds_says_so(run: Run, export: Path) -> None:
    export.write_text(export.read_text().replace("5:10", "0:05:10").replace("5:12", "0:05:12"))
    said = run("import", export, *ZONE).out
    assert "h:m:s" in said


def test_the_map_is_the_users_from_then_on(run: Run, export: Path, tmp_path: Path) -> None:
    run("import", export, *ZONE)
    made = tmp_path / "out/import.toml"
    made.write_text(
        made.read_text().replace('FR_INV = "fr-inv"', 'FR_INV = "fr"').replace('NL = "nl"', 'NL = "-"')
    )
    found = run("import", export, "--json").json
    assert (found["proposed"], [row["queue"] for row in found["queues"]]) == (False, ["fr"])
    assert found["left_out"] == {"rows_of_totals": 1, "lines": [], "skills": ["NL"], "columns": []}


def test_a_map_from_elsewhere_is_used(run: Run, export: Path, tmp_path: Path) -> None:
    run("import", export, *ZONE)
    (tmp_path / "out/import.toml").rename(tmp_path / "kept.toml")
    said = run("import", export, "--map", "kept.toml", "--out", "again")
    assert said.code == 0
    assert (tmp_path / "again/import.toml").read_bytes() == (tmp_path / "kept.toml").read_bytes()


def test_a_map_never_replaces_another(run: Run, export: Path, tmp_path: Path) -> None:
    run("import", export, *ZONE)
    (tmp_path / "other.toml").write_text("format = 1\n")
    said = run("import", export, "--map", "other.toml")
    assert (said.code, said.out) == (2, "")
    assert "map-exists" in said.err


def test_in_a_move_the_zone_and_the_queues_are_known(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move")
    (tmp_path / "export.csv").write_text(EXPORT.replace("FR_INV", "fr").replace("NL", "nl"))
    found = run("import", "export.csv", "--out", folder, "--json").json
    assert found["map"]["zone"] == "Europe/Brussels"
    assert [row["queue"] for row in found["queues"]] == ["fr", "nl"]


def test_a_queue_that_the_move_lacks_leaves_the_history_as_it_was(
    run: Run, export: Path, tmp_path: Path
) -> None:
    folder = write_small_move(tmp_path / "move")
    before = (folder / "history.csv").read_bytes()
    said = run("import", export, "--out", folder)
    assert said.code == 2
    assert "FR_INV" in said.err
    assert "Columns" in said.out  # the map, to be mended
    assert (folder / "history.csv").read_bytes() == before


def test_a_column_that_says_nothing_known_is_named_and_the_map_kept_to_be_mended(
    run: Run, export: Path, tmp_path: Path
) -> None:
    export.write_text("Datum;Blok;Wachtrij;Aangeboden\n02/09/2024;08:00;fr;12\n02/09/2024;08:30;fr;9\n")
    said = run("import", export, *ZONE)
    assert (
        said.code,
        "no time of day; columns that the map does not use: 'Blok'" in " ".join(said.err.split()),
    ) == (
        2,
        True,
    )
    made = tmp_path / "out/import.toml"
    made.write_text(made.read_text().replace("[columns]\n", '[columns]\ntime = {header = "Blok"}\n'))
    assert run("import", export, "--json").json["rows"] == 2


def test_columns_that_are_not_used_are_said(run: Run, export: Path) -> None:
    export.write_text("Datum;Van;Tot;Wachtrij;Aangeboden;Kleur\n02/09/2024;08:00;08:30;fr;12;rood\n")
    said = run("import", export, *ZONE)
    assert (said.code, "Left out: the columns Tot, Kleur." in said.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export.csv",), "--zone Europe/Brussels"),
        (("export.csv", "--zone", "Europe/Brussel"), "unknown-zone"),
        (("exprt.csv", *ZONE), "exprt.csv"),
        (("export.csv", *ZONE, "--map", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_what_cannot_be_read_is_bad_input_and_writes_nothing(
    run: Run, export: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    said = run("import", *arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert list(tmp_path.iterdir()) == [export]
