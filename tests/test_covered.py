from tests.covered import Part, parts_of


def found(lines: int, missed: list[int], branches: int = 0, taken: int = 0):
    return {
        "missing_lines": missed,
        "summary": {
            "num_statements": lines,
            "covered_lines": lines - len(missed),
            "num_branches": branches,
            "covered_branches": taken,
        },
    }


def test_actions_rules_and_pure_modules_are_to_be_run_whole_and_the_rest_nearly():
    whole, rest = parts_of(
        {
            "reviews/actions/panel.py": found(50, []),
            "assignments/rules/case.py": found(10, [7]),
            "sponsors/rules.py": found(20, [], 4, 3),
            "assignments/cadence.py": found(20, []),
            "assignments/views/brief.py": found(95, []),
            "sponsors/reading.py": found(5, [1, 2, 3, 4, 5]),
        }
    )

    assert (whole.lines, whole.run, whole.missed) == (100, 99, {"assignments/rules/case.py": [7]})
    assert not whole.is_enough
    assert (rest.lines, rest.run, rest.share, rest.is_enough) == (100, 95, 95.0, True)
    assert list(whole.said()) == [
        "actions, rules and pure modules: 99 of 100 lines (99.00 %, wanted 100 %), 75.0 % of branches",
        "  assignments/rules/case.py: 7",
    ]


def test_one_line_of_very_many_is_not_rounded_away():
    assert not Part("actions", 100.0, 1_000_000, 999_999, 0, 0, {}).is_enough
