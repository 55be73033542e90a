"""`releve explain`: what a setting means."""

from tests.cli.worlds import Run


def test_a_setting_is_explained_with_unit_default_and_mark(run: Run) -> None:
    said = run("explain", "queues.patience_s")
    assert said.code == 0
    assert said.out.startswith("queues.patience_s (operation.toml): mean time a customer would wait")
    assert "unit: s" in said.out
    assert "default: 354" in said.out
    assert "mark: S" in said.out


def test_a_column_may_be_named_with_its_file(run: Run) -> None:
    assert "workforce.csv" in run("explain", "workforce.csv", "first_contact").out


def test_json_says_the_same(run: Run) -> None:
    found = run("explain", "queues.patience_s", "--json").json
    assert [(each["key"], each["unit"], each["default"]) for each in found] == [
        ("queues.patience_s", "s", "354")
    ]


def test_without_a_key_every_setting_is_listed(run: Run) -> None:
    listed = run("explain").out.splitlines()
    assert len(listed) == len(run("explain", "--json").json)
    assert any(line.startswith("transition.toml risk_limit: ") for line in listed)


def test_a_misspelt_key_is_bad_input(run: Run) -> None:
    said = run("explain", "pateince_s")
    assert (said.code, said.out) == (2, "")
    assert "did you mean" in said.err
