"""What stands nowhere in the program, so that no word somebody types can become code, a column or an owner."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests import services

FOLDERS = ("stretchhub", "assignments", "reviews", "sponsors")
RUNS_WORDS = {"eval", "exec", "compile", "pickle.loads", "pickle.load", "marshal.loads", "yaml.load", "os.system"}
# Where a name of a field or a condition of a question is given.
ASKS = {
    "filter",
    "exclude",
    "get",
    "create",
    "update",
    "annotate",
    "alias",
    "values",
    "values_list",
    "order_by",
    "extra",
    "get_or_create",
    "only",
    "defer",
    "update_or_create",
}
REQUEST = {"POST", "GET", "FILES", "COOKIES", "META", "headers"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for folder in FOLDERS:
        for file in sorted((services.ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(services.ROOT), ast.parse(file.read_text())


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield file, node


def of_the_request(node: ast.AST) -> bool:
    return any(
        isinstance(each, ast.Attribute) and each.attr in REQUEST and ast.unparse(each.value).endswith("request")
        for each in ast.walk(node)
    )


def test_no_words_are_run_as_code():
    found = [f"{file}:{call.lineno} {name}" for file, call in calls() if (name := ast.unparse(call.func)) in RUNS_WORDS]

    assert found == []


def test_no_name_that_somebody_sends_becomes_a_column_or_a_condition():
    found = []
    for file, call in calls():
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ASKS:
            continue
        spread = [each.value for each in call.keywords if each.arg is None]
        spread += [each.value for each in call.args if isinstance(each, ast.Starred)]
        if call.func.attr in ("order_by", "values", "values_list", "extra", "only", "defer"):
            spread += call.args
        found += [f"{file}:{call.lineno} {ast.unparse(each)}" for each in spread if of_the_request(each)]

    assert found == []


def test_no_form_takes_all_fields_of_a_model_and_none_is_named_that_only_the_server_sets():
    set_by_the_server = {
        "is_staff",
        "is_superuser",
        "password",
        "logged_by",
        "asked_by",
        "answered_by",
        "mentee",
        "status",
    }
    found = []
    for file, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef) or node.name != "Meta":
                continue
            for line in node.body:
                if not isinstance(line, ast.Assign) or ast.unparse(line.targets[0]) not in ("fields", "exclude"):
                    continue
                named = {each.value for each in ast.walk(line.value) if isinstance(each, ast.Constant)}
                wrong = "exclude" in ast.unparse(line.targets[0]) or "__all__" in named or named & set_by_the_server
                found += [f"{file}:{line.lineno} {ast.unparse(line)}"] if wrong and "forms" in file.parts else []

    assert found == []


def test_no_words_of_people_are_taken_for_a_template():
    found = [
        f"{file}:{call.lineno}"
        for file, call in calls()
        if ast.unparse(call.func) in {"Template", "engines.from_string", "Engine", "jinja2.Template"}
        or (isinstance(call.func, ast.Attribute) and call.func.attr in ("from_string", "format_map"))
    ]

    assert found == []
