"""The published log of an IT company's service desk, dirty as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from jiannuo.cases import queries as cases
from jiannuo.faces.console.importing import import_
from jiannuo.faces.console.report import report
from jiannuo.notices import queries as notices
from tests.console.exports import listed

LOG = Path(__file__).parents[3] / "shared" / "data" / "incident_event_log.csv.gz"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LOG.exists(), reason="the log lies beside the checkout, in ../shared"),
    pytest.mark.slow,
]


def test_all_of_it_comes_in_once_and_can_be_reported(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    command = ["incidents", str(LOG), "--apply", "--rejects", str(rejects)]
    first = CliRunner().invoke(import_, command)
    assert "5998 rows" in first.output
    assert "890 imported (6062 events)" in first.output
    assert len(cases.numbers()) == 890
    assert notices.waiting() == 0

    rows = listed(rejects)
    done = [row["处理 done"].split()[1] for row in rows]
    assert (done.count("rejected"), done.count("dropped"), done.count("mended")) == (0, 1, 45)
    assert [row["编号 number"] for row in rows if "略去" in row["处理 done"]] == ["INC0000137"]

    second = CliRunner().invoke(import_, command)
    assert "0 imported (0 events), 890 unchanged" in second.output
    assert len(cases.numbers()) == 890

    kept = CliRunner().invoke(report, ["kept", "--source", "imported"])
    assert kept.exit_code == 0
    assert "630/890" in kept.output
    assert "219" in kept.output
