"""What was registered by mistake goes out of the tables; what happened stays in the archive.

Only what nothing else rests on can go: the database itself says whether something does.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.models import Staff

#: What may rest on it, by the model that does.
RESTING = {
    "site": Text("站点", "sites"),
    "contact": Text("联系人", "contacts"),
    "contract": Text("合同", "contracts"),
    "maintenancecontract": Text("维护合同", "maintenance contracts"),
    "installedunit": Text("设备", "devices"),
    "position": Text("设备位置", "places of devices"),
    "placement": Text("设备位置", "places of devices"),
    "case": Text("工单", "cases"),
    "casedevice": Text("工单", "cases"),
    "occurrence": Text("巡检", "inspections"),
    "claim": Text("索赔", "claims"),
    "complaint": Text("投诉", "complaints"),
    "visit": Text("上门", "visits"),
    "session": Text("培训", "trainings"),
    "loan": Text("备用机借用", "loans"),
    "staff": Text("代理人", "deputies"),
    "shift": Text("值班", "shifts"),
}


def removed(row: Model) -> None:
    """Take a row out. Raises `Refusal` ("in_use") naming what rests on it."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise in_use(error.protected_objects) from None


def in_use(resting: set[Any]) -> Refusal:
    names = {one._meta.model_name or "": None for one in resting}
    said = dict.fromkeys(RESTING.get(name, Text("其它记录", "other records")) for name in names)
    return Refusal(
        "in_use",
        f"已有{'、'.join(one.zh for one in said)}在用它",
        f"{', '.join(one.en for one in said)} rest on it",
    )


def withdraw(staff: UUID) -> str:
    """One of ours who never signed in: his name. Raises `Refusal` where something rests on him."""
    row = Staff.objects.select_for_update().filter(pk=staff).first()
    if row is None:
        raise Refusal("gone_already", "已经不在了", "he is gone already")
    if row.user_id is not None:
        raise Refusal(
            "has_login",
            "他已有登录名，请在账号页停用",
            "he has a login; close it on the page of accounts",
        )
    removed(row)
    return row.name
