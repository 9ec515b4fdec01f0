"""The document of the API tells every step with its fields, to programs only."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from jiannuo.faces.api import describing
from jiannuo.faces.api.views import api
from jiannuo.web.shapes import SUBJECTS, read, shape
from tests.faces.api.programs import Programs, told


def test_the_document_tells_every_step_with_its_fields(acting: Programs) -> None:
    found = told(acting("李伟").get("/openapi.json"), 200)
    assert found["openapi"].startswith("3.")
    paths = found["paths"]
    assert len(paths) == sum(len(steps) for _, _, steps in SUBJECTS) + 10
    body = paths["/api/v1/cases/{number}/steps/confirmed"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert body["required"] is True
    assert schema["required"] == ["level"]
    assert schema["properties"]["level"]["enum"] == ["L1", "L2", "L3", "L4", "consult", "other"]
    assert schema["properties"]["at"]["format"] == "date-time"
    assert not schema["additionalProperties"]
    report = paths["/api/v1/cases"]["post"]
    assert (
        "customer" in report["requestBody"]["content"]["application/json"]["schema"]["properties"]
    )
    assert "Idempotency-Key" in {one["name"] for one in report["parameters"]}
    assert set(report["responses"]) >= {"200", "201", "401", "403", "409", "422", "503"}
    ids = [told["operationId"] for path in paths.values() for told in path.values()]
    assert len(ids) == len(set(ids))
    for ref in set(references(found)):
        assert ref.removeprefix("#/components/schemas/") in found["components"]["schemas"]


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for one in part.values() for ref in references(one)]
    return [ref for one in part for ref in references(one)] if isinstance(part, list) else []


def steps_told() -> dict[str, dict[str, Any]]:
    """The body of every step, by its name, as the document tells it."""
    return {
        told["operationId"]: told["requestBody"]["content"]["application/json"]["schema"]
        for path, methods in describing.document(api)["paths"].items()
        for told in methods.values()
        if "/steps/" in path
    }


def test_the_page_tells_every_address_in_the_reader_s_language(desk: Client) -> None:
    paths = describing.document(api)["paths"]
    for lang, words in {"zh": ("未结工单", "必填"), "en": ("Open cases", "needed")}.items():
        desk.cookies["language"] = lang
        page = desk.get("/api/v1/docs").content.decode()
        for path, methods in paths.items():
            assert f'<code class="dim">{path}</code>' in page, path
            assert all(f'id="op-{told["operationId"]}"' in page for told in methods.values())
        assert all(word in page for word in words)
    assert not re.search("[一-鿿]", re.sub("中文|践诺|刘洋|刘", "", page))


def test_every_example_on_the_page_is_what_the_address_takes(desk: Client) -> None:
    page = html.unescape(desk.get("/api/v1/docs").content.decode())
    examples = re.findall(r"steps/(\w+) .*?-d '(.*?)'</code>", page, re.DOTALL)
    found = {kind: json.loads(body) for kind, body in examples}
    assert set(found) == {kind for _, _, steps in SUBJECTS for kind in steps}
    for kind, body in found.items():
        read(shape(kind), body)


def test_there_is_no_other_page_of_documentation(acting: Programs) -> None:
    acting("李伟")
    assert Client().get("/api/v1/").status_code == 404
    assert Client().get("/api/docs").status_code == 404
    assert reverse("api:document_show") == "/api/v1/openapi.json"
