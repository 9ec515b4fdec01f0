"""What import-linter cannot see: relations named by string, and a room without its lock."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

ROOT = Path(__file__).parents[2]


def contracts() -> ConfigParser:
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    return config


def floors() -> dict[str, int]:
    """Each room's floor, counted from the top; rooms on one line share a number."""
    lines = contracts()["importlinter:contract:floors"]["layers"].strip().splitlines()
    return {room.strip(): number for number, line in enumerate(lines) for room in line.split("|")}


def room_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def upward(order: dict[str, int], model: type[Model], field: Field[Any, Any]) -> str | None:
    target = field.related_model
    if not isinstance(target, type) or not target.__module__.startswith("jiannuo."):
        return None
    here, there = room_of(model), room_of(target)
    if here == there or order[there] > order[here]:
        return None
    return f"{model.__name__}.{field.name} points from {here} to {there}"


def test_foreign_keys_point_down() -> None:
    order = floors()
    wrong = [
        problem
        for model in apps.get_models()
        if model.__module__.startswith("jiannuo.")
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation and (problem := upward(order, model, field))
    ]
    assert not wrong, wrong


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.parent.name for path in (ROOT / "jiannuo").glob("*/__init__.py")}
    assert rooms == set(floors())


def test_every_room_with_tables_is_locked() -> None:
    config = contracts()
    missing = []
    for path in sorted((ROOT / "jiannuo").glob("*/models*")):
        room = path.parent.name
        name = f"importlinter:contract:{room}-private"
        if name not in config:
            missing.append(
                f"[{name}]\nname = {room}: tables are private\ntype = protected\n"
                f"protected_modules =\n    jiannuo.{room}.models\n"
                f"allowed_importers =\n    jiannuo.{room}\n"
            )
    assert not missing, "add to .importlinter:\n\n" + "\n".join(missing)


def test_every_room_with_tables_is_installed() -> None:
    installed = {config.name for config in apps.get_app_configs()}
    rooms = {f"jiannuo.{path.parent.name}" for path in (ROOT / "jiannuo").glob("*/apps.py")}
    assert rooms <= installed


def test_contracts_excuse_nothing() -> None:
    text = (ROOT / ".importlinter").read_text()
    assert "ignore_imports" not in text
