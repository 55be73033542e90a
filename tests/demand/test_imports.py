"""Realistic exports, made here, read into histories by the maps that are proposed for them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releve.base.errors import InputError
from releve.demand.imports import apply, import_file, propose, read_export, read_map, write_map
from releve.operation.history import SCHEMA
from tests.demand.exports import BRUSSELS, findings, read, utc, written

GENESYS = """\
Interval Start,Interval End,Queue Name,Offer,Answer,Abandon,Service Level %,\
Avg Handle,Avg Talk,Avg Hold,Avg ACW
2024-09-02 08:00,2024-09-02 08:30,FR Invoice,"1,020",1000,20,90.5%,361000,300000,11000,50000
2024-09-02 08:30,2024-09-02 09:00,FR Invoice,12,12,0,100%,400000,360000,0,40000
2024-09-02 08:00,2024-09-02 08:30,NL General,4,0,4,0%,,,,
"""


def test_a_genesys_export_of_intervals_with_means_in_milliseconds(tmp_path: Path) -> None:
    found = read(written(tmp_path, GENESYS, "utf-8-sig"))
    assert found.schema == SCHEMA
    assert found.drop("site", "threshold_s").to_dicts() == [
        {
            "queue": "fr-invoice",
            "start": utc(2024, 9, 2, 6),
            "minutes": 30,
            "offered": 1020,
            "answered": 1000,
            "within": 923,
            "abandoned": 20,
            "talk_s": 300_000,
            "hold_s": 11_000,
            "wrap_s": 50_000,
        },
        {
            "queue": "fr-invoice",
            "start": utc(2024, 9, 2, 6, 30),
            "minutes": 30,
            "offered": 12,
            "answered": 12,
            "within": 12,
            "abandoned": 0,
            "talk_s": 4320,
            "hold_s": 0,
            "wrap_s": 480,
        },
        {
            "queue": "nl-general",
            "start": utc(2024, 9, 2, 6),
            "minutes": 30,
            "offered": 4,
            "answered": 0,
            "within": 0,
            "abandoned": 4,
            "talk_s": 0,
            "hold_s": 0,
            "wrap_s": 0,
        },
    ]


AVAYA = """\
Split/Skill Interval Report
Printed: 03/09/2024 07:00
Date,Time,Split/Skill,ACD Calls,Aband Calls,Avg Speed Ans,Avg ACD Time,Avg ACW Time,Avg Aband Time
02/09/2024,08:00,Fact FR,10,1,0:00:12,0:05:00,0:00:30,0:00:40
02/09/2024,08:15,Fact FR,20,2,0:00:15,0:06:00,0:00:40,0:00:35
02/09/2024,Total,Fact FR,30,3,0:00:14,0:05:40,0:00:37,0:00:37
13/09/2024,08:00,Fact FR,5,0,0:00:09,1:01:00,0:00:20,
13/09/2024,Total,Fact FR,5,0,0:00:09,1:01:00,0:00:20,
Total,,,35,3,0:00:13,0:13:34,0:00:34,0:00:37
"""


def test_an_avaya_report_with_a_title_daily_totals_and_durations_of_the_clock(tmp_path: Path) -> None:
    file = written(tmp_path, AVAYA)
    made = propose(file, BRUSSELS)
    imported = read_export(made, file)
    assert (made.header_line, made.minutes, made.date_order) == (3, 15, "dmy")
    assert imported.findings == ()
    assert imported.sums_left_out == 3
    assert imported.history.select(
        "start", "offered", "answered", "abandoned", "talk_s", "wrap_s"
    ).rows() == [
        (utc(2024, 9, 2, 6), 11, 10, 1, 3000, 300),
        (utc(2024, 9, 2, 6, 15), 22, 20, 2, 7200, 800),
        (utc(2024, 9, 13, 6), 5, 5, 0, 18300, 100),
    ]


FRENCH = """\
Jour;Tranche horaire;File d'attente;Appels reçus;Appels traités;Appels abandonnés;\
Traités en moins de 150 s;DMT (min);Taux d'abandon
02.09.2024;08:00 - 08:30;Résidentiel Factures;1\u202f248;1\u202f200;48;1\u202f100;6,50;3,8 %
02.09.2024;08:30 - 09:00;Résidentiel Factures;50;40;10;38;7,25;20,0 %
02.09.2024;08:00 - 08:30;Résidentiel Déménagement;8;8;0;8;5,00;0,0 %
Somme;;;1\u202f306;1\u202f248;58;1\u202f146;6,51;4,4 %
"""


def test_a_french_spreadsheet_with_decimal_commas_and_mean_handle_times_in_minutes(tmp_path: Path) -> None:
    # cp1252 has no narrow no-break blank: such a spreadsheet writes the plain no-break one
    file = written(tmp_path, FRENCH.replace("\u202f", "\u00a0"), "cp1252")
    made = propose(file, BRUSSELS)
    found = apply(made, file)
    assert (made.encoding, made.separator, made.decimal, made.thousands) == ("cp1252", ";", ",", " ")
    assert found.select("queue", "offered", "within", "threshold_s", "talk_s", "wrap_s").rows() == [
        ("residentiel-demenagement", 8, 8, 150, 2400, 0),
        ("residentiel-factures", 1248, 1100, 150, 1200 * 390, 0),
        ("residentiel-factures", 50, 38, 150, 40 * 435, 0),
    ]


def test_the_same_in_utf8_with_narrow_no_break_blanks(tmp_path: Path) -> None:
    assert read(written(tmp_path, FRENCH))["offered"].to_list() == [8, 1248, 50]


DUTCH = """\
Datum\tTijd\tWachtrij\tAangeboden\tBeantwoord\tVerlaten\tGesprekstijd\tNawerktijd
2-9-2024\t8:00\tNL Facturen\t12\t11\t1\t3300\t550
2-9-2024\t8:30\tNL Facturen\t22\t20\t2\t6400\t960
2-9-2024\t9:00\tNL Facturen\t6\t6\t0\t1750\t310
Totaal\t\t\t40\t37\t3\t11450\t1820
"""


def test_a_dutch_export_whose_durations_are_totals_because_they_go_with_the_contacts(tmp_path: Path) -> None:
    assert read(written(tmp_path, DUTCH)).select("talk_s", "wrap_s").rows() == [
        (3300, 550),
        (6400, 960),
        (1750, 310),
    ]


CONTACTS = """\
Call ID;Call start;Skill;Status;Wait time;Talk time;Hold time;ACW
1;2024-09-02 08:01:10;FR_FACT;Answered;00:00:12;00:05:00;00:00:10;00:00:30
2;2024-09-02 08:15:59;FR_FACT;Abandoned;00:01:40;00:00:00;00:00:00;00:00:00
3;2024-09-02 08:29:59;FR_MOVE;Answered;00:03:00;00:06:00;00:00:00;00:00:45
4;2024-09-02 08:30:00;FR_FACT;Answered;00:00:00;00:01:00;00:00:00;00:00:10
"""


def test_one_row_per_contact_becomes_half_hours(tmp_path: Path) -> None:
    file = written(tmp_path, CONTACTS)
    made = propose(file, BRUSSELS)
    assert made.rows == "contacts"
    together = made.model_copy(update={"skills": {"FR_FACT": "fr", "FR_MOVE": "fr"}, "threshold_s": 150.0})
    assert apply(together, file).drop("queue", "minutes", "site").rows() == [
        (utc(2024, 9, 2, 6), 3, 2, 1, 150.0, 1, 660.0, 10.0, 75.0),
        (utc(2024, 9, 2, 6, 30), 1, 1, 1, 150.0, 0, 60.0, 0.0, 10.0),
    ]


def test_an_outcome_that_nothing_is_known_of_is_a_finding(tmp_path: Path) -> None:
    file = written(tmp_path, CONTACTS.replace("Abandoned", "Voicemail"))
    found = findings(file)
    assert [(each.rule, each.line, each.found) for each in found] == [("unknown-outcome", 3, "'Voicemail'")]


def test_everything_that_cannot_be_read_is_said_at_once_and_nothing_is_imported(tmp_path: Path) -> None:
    text = (
        "Start,Queue,Offered,Talk\n2024-09-02 08:00,fr,12,0:40:00\n2024-09-02 8u30,fr,5,0:10:00\n"
        "2024-09-02 09:00,fr,1x,0:10:00\n2024-09-02 09:30,fr,7,0:75:00\n2024-09-02 08:00,fr,12,0:40:00\n"
    )
    file = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read(file)
    assert [(each.line, each.rule) for each in caught.value.findings] == [
        (3, "not-a-time"),
        (4, "unreadable-number"),
        (5, "unreadable-number"),
        (6, "duplicate-row"),
    ]
    assert all(each.file == "export.csv" and each.allowed and each.mend for each in caught.value.findings)


def test_lines_that_the_map_ignores_are_not_read(tmp_path: Path) -> None:
    file = written(tmp_path, "Start,Queue,Offered\n2024-09-02 08:00,fr,12\nnobody knows,fr,9\n")
    assert findings(file, ignore_lines=(3,)) == []


def test_a_sum_that_its_rows_do_not_add_up_to_is_a_finding(tmp_path: Path) -> None:
    file = written(tmp_path, AVAYA.replace("02/09/2024,Total,Fact FR,30", "02/09/2024,Total,Fact FR,31"))
    found = findings(file)
    assert [(each.rule, each.line) for each in found] == [("control-sum", 6)]
    assert "31" in found[0].found
    assert "30" in found[0].allowed
    assert findings(file, control_sums="ignore") == []


def test_weekly_totals_over_daily_ones_are_held_against_the_week(tmp_path: Path) -> None:
    days = [f"{day:02}/09/2024,08:00,fr,{day}\nTotal {day:02}/09/2024,,,{day}\n" for day in (20, 23, 24)]
    text = (
        "Date,Time,Queue,Offered\n"
        + days[0]
        + "Total week 38,,,20\n"
        + "".join(days[1:])
        + "Total week 39,,,47\n"
    )
    assert read(written(tmp_path, text))["offered"].to_list() == [20, 23, 24]


def test_skills_map_to_the_queues_of_the_operation_or_are_a_finding(tmp_path: Path) -> None:
    file = written(
        tmp_path, "Start,Queue,Offered\n2024-09-02 08:00,FR Invoice,12\n2024-09-02 08:00,FR Invoce 2,9\n"
    )
    names = ["fr-invoice", "nl"]
    made = propose(file, BRUSSELS, names)
    found = read_export(made, file, names).findings
    assert [(each.file, each.rule, each.mend) for each in found] == [
        ("import.toml", "unknown-queue", "did you mean 'fr-invoice'?")
    ]
    mended = made.model_copy(update={"skills": {**made.skills, "FR Invoce 2": "fr-invoice"}})
    assert apply(mended, file, names)["offered"].to_list() == [21]


def test_a_skill_can_be_left_out(tmp_path: Path) -> None:
    file = written(tmp_path, "Start,Queue,Offered\n2024-09-02 08:00,fr,12\n2024-09-02 08:00,test line,9\n")
    made = propose(file, BRUSSELS).model_copy(update={"skills": {"fr": "fr", "test line": "-"}})
    assert apply(made, file)["offered"].to_list() == [12]


def test_a_map_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    for text in (GENESYS, AVAYA, FRENCH, DUTCH, CONTACTS):
        made = propose(written(tmp_path, text), BRUSSELS)
        (tmp_path / "import.toml").write_text(write_map(made), encoding="utf-8")
        assert read_map(tmp_path) == made


def test_an_import_writes_a_history_that_reads_back_and_a_map_that_is_then_used(tmp_path: Path) -> None:
    file, folder = written(tmp_path, GENESYS), tmp_path / "move"
    first = import_file(file, folder, BRUSSELS)
    assert first.proposed
    lines = (folder / "history.csv").read_text().splitlines()
    assert lines[1].startswith("fr-invoice,2024-09-02T08:00+02:00,30,1020,")
    map_file = folder / "import.toml"
    map_file.write_text(map_file.read_text().replace('"NL General" = "nl-general"', '"NL General" = "-"'))
    second = import_file(file, folder, "UTC")
    assert not second.proposed
    assert second.history["queue"].unique().to_list() == ["fr-invoice"]
    assert sorted(path.name for path in folder.iterdir()) == ["history.csv", "import.toml"]


def test_our_own_history_is_an_export_too(tmp_path: Path) -> None:
    history = import_file(written(tmp_path, GENESYS), tmp_path / "one", BRUSSELS).history
    again = import_file(tmp_path / "one" / "history.csv", tmp_path / "two", BRUSSELS).history
    assert again.drop("threshold_s").equals(history.drop("threshold_s"))


def test_a_refused_import_leaves_the_history_alone_and_the_map_to_be_mended(tmp_path: Path) -> None:
    folder = tmp_path / "move"
    folder.mkdir()
    (folder / "history.csv").write_text("as it was")
    with pytest.raises(InputError):
        import_file(written(tmp_path, GENESYS.replace(",12,12,", ",12,twelve,")), folder, BRUSSELS)
    assert (folder / "history.csv").read_text() == "as it was"
    assert (folder / "import.toml").exists()


def test_a_misspelt_key_of_the_map_is_a_finding_with_its_line(tmp_path: Path) -> None:
    made = propose(written(tmp_path, GENESYS), BRUSSELS)
    text = write_map(made).replace("minutes = 30", "minuts = 30")
    (tmp_path / "import.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_map(tmp_path)
    (finding,) = caught.value.findings
    assert (finding.rule, finding.mend) == ("unknown-key", "did you mean 'minutes'?")
    assert text.splitlines()[finding.line - 1].startswith("minuts")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty-file"),
        (b"PK\x03\x04 something", "a-workbook"),
        (b"1,2,3\n4,5,6\n", "no-header"),
        (b"Date,Queue,Offered\n2024-09-02,fr,12\n", "no-start"),
        (b"Date,Time,Queue,Forecast\n2024-09-02,08:00,fr,12\n", "no-counts"),
        (b"Start,Queue,Offered\n", "empty-history"),
        (b"\x81\x8d\x8f", "not-text"),
        (b'Start,Queue,Offered\n"2024-09-02' + b"x" * 200_000, "not-csv"),
    ],
)
def test_what_is_no_export_is_refused_with_a_reason(tmp_path: Path, content: bytes, rule: str) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(file)
    assert [finding.rule for finding in caught.value.findings] == [rule]


def test_a_missing_export_and_a_zone_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing-file"):
        propose(tmp_path / "none.csv", BRUSSELS)
    with pytest.raises(InputError, match="unknown-zone"):
        import_file(written(tmp_path, GENESYS), tmp_path, "Europe/Brussel")


CELL = st.one_of(
    st.sampled_from(
        ["", "Total", "02/09/2024", "2024-09-02 08:00", "08:30", "fr", "12", "1,5", "0:05:00", "x\0y", '"']
    ),
    st.text(max_size=6),
)
HEADER = st.sampled_from(
    ["Date", "Time", "Start", "Queue", "Offered", "Answered", "Talk", "AHT", "Status", "?", ""]
)


@given(
    header=st.lists(HEADER, min_size=1, max_size=7),
    rows=st.lists(st.lists(CELL, max_size=8), max_size=8),
    separator=st.sampled_from(";,\t"),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_given_the_answer_is_a_history_or_findings(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], rows: list[list[str]], separator: str
) -> None:
    text = "\n".join(separator.join(cells) for cells in [header, *rows])
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        found = read(file)
    except InputError:
        return  # any other error fails
    assert found.schema == SCHEMA
    assert found.height > 0
