"""Somebody else's METRC client, python-metrc, talks to the sandbox unmodified.

Part of `make prove`: the client is installed into an environment of its own under build/, never beside the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sandbox import FIRST_PAIR, FLOWER, LICENSE, running

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
CLIENT = "python-metrc==0.1.4"

SCRIPT = """
import json, sys
from python_metrc import METRC

base, vendor, user, license_number, label = sys.argv[1:]
api = METRC(base, vendor_key=vendor, user_key=user, license_number=license_number, api_version="v2")
window = {"licenseNumber": license_number, "lastModifiedStart": "2015-01-01T00:00:00Z",
          "lastModifiedEnd": "2030-01-01T00:00:00Z", "pageNumber": 1, "pageSize": 20}
sale = [{"SalesDateTime": "2026-04-08T11:58:00.000", "ExternalReceiptNumber": "OTHER-1",
         "SalesCustomerType": "Patient", "PatientLicenseNumber": "PT-001", "Transactions": [
             {"PackageLabel": label, "Quantity": 3.5, "UnitOfMeasure": "Grams", "TotalAmount": 38.5}]}]
said = {}
said["facilities"] = api.facilities.get().json()[0]["License"]["Number"]
said["status"] = len(api.patients("statuses")("PT-001").get().json())
said["packages"] = api.packages.active.get(params=window).json()["TotalRecords"]
made = api.sales.receipts.post(json=sale)
said["post"] = made.status_code
receipt = made.json()["Ids"][0]
said["external"] = api.sales.receipts.external("OTHER-1").get().json()["Id"] == receipt
said["delete"] = api.sales.receipts(str(receipt)).delete().status_code
said["unknown"] = api.nowhere.get().status_code
stranger = METRC(base, vendor_key="x", user_key="y", license_number=license_number, api_version="v2")
said["stranger"] = stranger.facilities.get().status_code
print(json.dumps(said))
"""


def client_python() -> Path:
    folder = ROOT / "build" / "python-metrc"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", CLIENT], check=True)
    return python


def test_the_sandbox_answers_a_client_that_it_never_saw(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        answer = subprocess.run(
            [str(client_python()), "-c", SCRIPT, sandbox.server.base_url, *FIRST_PAIR, LICENSE, FLOWER],
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        said: dict[str, Any] = json.loads(answer.stdout)
    assert said.pop("packages") > 0
    assert said == {
        "facilities": LICENSE,
        "status": 2,
        "post": 200,
        "external": True,
        "delete": 200,
        "unknown": 404,
        "stranger": 401,
    }
