"""The document of the API tells every step with its fields, to programs only."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from jiannuo.web.shapes import SUBJECTS
from tests.faces.api.programs import Programs, told


def test_the_document_tells_every_step_with_its_fields(acting: Programs) -> None:
    found = told(acting("李伟").get("/openapi.json"), 200)
    assert found["openapi"].startswith("3.")
    paths = found["paths"]
    assert len(paths) == sum(len(steps) for _, _, steps in SUBJECTS) + 9
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


def test_there_is_no_page_of_documentation(acting: Programs) -> None:
    acting("李伟")
    for address in ("/api/v1/", "/api/v1/docs"):
        assert Client().get(address).status_code == 404
    assert reverse("api:document_show") == "/api/v1/openapi.json"
