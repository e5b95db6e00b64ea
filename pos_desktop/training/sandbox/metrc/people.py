"""Patients' and caregivers' status, members of a dispensary, check-ins, employees (contract sections 6.2, 7)."""

from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.metrc import records
from pos_desktop.training.sandbox.metrc.allotment import status_rows
from pos_desktop.training.sandbox.metrc.call import Call
from pos_desktop.training.sandbox.metrc.forms import Field, Form, Kind, Rows
from pos_desktop.training.sandbox.metrc.listing import listed_values

_OUNCES = ["FlowerOuncesAllowed", "ThcOuncesAllowed", "ConcentrateOuncesAllowed", "InfusedOuncesAllowed"]
_PERCENT = ["MaxFlowerThcPercentAllowed", "MaxConcentrateThcPercentAllowed"]
_MEMBER: Form = {
    "LicenseNumber": Field(Kind.TEXT, needed=True),
    "LicenseEffectiveStartDate": Field(Kind.DATE, needed=True),
    "LicenseEffectiveEndDate": Field(Kind.DATE, needed=True),
    "RecommendedPlants": Field(Kind.WHOLE, needed=True),
    "RecommendedSmokableQuantity": Field(Kind.NUMBER, needed=True),
    **{name: Field(Kind.NUMBER) for name in _OUNCES + _PERCENT},
    "HasSalesLimitExemption": Field(Kind.FLAG, needed=True),
    "ActualDate": Field(Kind.DATE, needed=True),
}
_CHANGED_MEMBER: Form = {**_MEMBER, "NewLicenseNumber": Field(Kind.TEXT)}
_MEMBER_SHOWN = (
    "LicenseNumber", "LicenseEffectiveStartDate", "LicenseEffectiveEndDate", "RecommendedPlants",
    "RecommendedSmokableQuantity", "HasSalesLimitExemption",
)  # fmt: skip

CHECK_IN_LOCATIONS = ({"Id": 1, "Name": "Front counter"}, {"Id": 2, "Name": "Drive-through"})
_CHECK_IN: Form = {
    "PatientLicenseNumber": Field(Kind.TEXT, needed=True),
    "CheckInLocationId": Field(Kind.WHOLE, needed=True),
    "RegistrationStartDate": Field(Kind.DATE, needed=True),
    "RegistrationExpiryDate": Field(Kind.DATE, needed=True),
    "CheckInDate": Field(Kind.DATE, needed=True),
}
_CHANGED_CHECK_IN: Form = {"Id": Field(Kind.WHOLE, needed=True), **_CHECK_IN}


def patient_status(call: Call) -> Answer:
    """One row a period; an unknown number answers as switched (an empty list by default)."""
    rows = status_rows(call.db, call.arguments["patient"], call.facility, call.now)
    if rows is None and call.settings.unknown_patient != 200:
        raise Refusal.empty(call.settings.unknown_patient)
    return Answer.json(rows or [])


def caregiver_status(call: Call) -> Answer:
    number = call.arguments["caregiver"]
    row = call.db.execute("SELECT active, patients FROM caregiver WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise Refusal.empty(404)
    return Answer.json({"CaregiverLicenseNumber": number, "Active": bool(row[0]), "Patients": decode(row[1])})


def employees(call: Call) -> Answer:
    rows = records.all_of(call.db, "employee", [call.facility.license])
    return listed_values(call, [{name: row[name] for name in row if name != "Id"} for row in rows])


def permissions(call: Call) -> Answer:
    number = call.parameter("employeeLicenseNumber")
    if number is None:
        raise Refusal.message(400, "The parameter employeeLicenseNumber was not specified.")
    found = records.find(call.db, "employee", call.facility.license, number)
    if found is None:
        raise Refusal.empty(404)
    return Answer.json(found[1]["permissions"])


def members(call: Call) -> Answer:
    _flag(call, "CanHaveMemberPatients")
    rows = records.all_of(call.db, "member", [call.facility.license])
    return listed_values(call, [_member_json(row) for row in rows])


def member(call: Call) -> Answer:
    _flag(call, "CanHaveMemberPatients")
    return Answer.json(_member_json(records.by_id(call, "member", call.whole("id"))))


def add_members(call: Call) -> Answer:
    """POST: registers patients with this dispensary; the state knows them from then on."""
    _flag(call, "CanHaveMemberPatients")
    rows = Rows.read(call.request, _MEMBER)
    ids = []
    for number, row in rows.good.items():
        if message := _senseless(row):
            rows.problems.add(number, message)
            continue
        if records.find(call.db, "member", call.facility.license, row["LicenseNumber"]):
            rows.problems.add(number, f"Patient {row['LicenseNumber']} is already registered.")
            continue
        ids.append(_save_member(call, row))
    rows.problems.raise_if_any()
    return Answer.json({"Ids": ids, "Warnings": None})


def change_members(call: Call) -> Answer:
    _flag(call, "CanHaveMemberPatients")
    rows = Rows.read(call.request, _CHANGED_MEMBER)
    for number, row in rows.good.items():
        if records.find(call.db, "member", call.facility.license, row["LicenseNumber"]) is None:
            rows.problems.add(number, f"Patient {row['LicenseNumber']} does not exist.")
            continue
        renamed = row.pop("NewLicenseNumber", None)
        taken = renamed and call.db.execute("SELECT 1 FROM patient WHERE number = ?", (renamed,)).fetchone()
        if message := f"Patient {renamed} exists already." if taken else _senseless(row):
            rows.problems.add(number, message)
            continue
        _save_member(call, row)
        if renamed:
            _rename_member(call, row, renamed)
    rows.problems.raise_if_any()
    return Answer(200)


def remove_member(call: Call) -> Answer:
    _flag(call, "CanHaveMemberPatients")
    found = records.by_id(call, "member", call.whole("id"))
    call.db.execute("DELETE FROM record WHERE id = ?", (found["Id"],))
    return Answer(200)


def check_in_locations(_: Call) -> Answer:
    return Answer.json(list(CHECK_IN_LOCATIONS))


def check_ins(call: Call) -> Answer:
    _flag(call, "CanReportPatientCheckIns")
    start, end = call.parameter("checkinDateStart") or "", call.parameter("checkinDateEnd") or "9999"
    rows = records.all_of(call.db, "check_in", [call.facility.license])
    return listed_values(call, [row for row in rows if start <= row["CheckInDate"] <= end])


def add_check_ins(call: Call) -> Answer:
    return _save_check_ins(call, _CHECK_IN)


def change_check_ins(call: Call) -> Answer:
    return _save_check_ins(call, _CHANGED_CHECK_IN)


def remove_check_in(call: Call) -> Answer:
    _flag(call, "CanReportPatientCheckIns")
    found = records.by_id(call, "check_in", call.whole("id"))
    call.db.execute("DELETE FROM record WHERE id = ?", (found["Id"],))
    return Answer(200)


def _flag(call: Call, flag: str) -> None:
    if not call.facility.allows(flag):
        raise Refusal.message(401, f"The facility does not have the right {flag}.")


def _member_json(row: JsonObject) -> JsonObject:
    shown = {"PatientId": row["Id"], **{name: row[name] for name in _MEMBER_SHOWN}}
    return {**shown, "RegistrationDate": row["ActualDate"], "OtherFacilitiesCount": 0}


def _senseless(row: JsonObject) -> str:
    """Why a registration cannot be; empty where it can."""
    if row["LicenseEffectiveEndDate"] < row["LicenseEffectiveStartDate"]:
        return "LicenseEffectiveEndDate is before LicenseEffectiveStartDate."
    amounts = ("RecommendedPlants", "RecommendedSmokableQuantity", *_OUNCES, *_PERCENT)
    below = next((name for name in amounts if row.get(name) is not None and row[name] < 0), "")
    return f"{below} cannot be below zero." if below else ""


def _save_member(call: Call, row: JsonObject) -> int:
    number = row["LicenseNumber"]
    known = call.db.execute("SELECT document FROM patient WHERE number = ?", (number,)).fetchone()
    document = decode(known[0]) if known else {"IdentificationMethod": None, "RegistrationNumber": None}
    document["PatientRegistrationStartDate"] = row["LicenseEffectiveStartDate"]
    call.db.execute(
        """INSERT INTO patient VALUES (?, 1, ?, ?, '[]')
        ON CONFLICT (number) DO UPDATE SET expires = excluded.expires, document = excluded.document""",
        (number, row["LicenseEffectiveEndDate"], encode(document).decode()),
    )
    return records.add(call.db, "member", call.facility.license, number, call.ticks, row)


def _rename_member(call: Call, row: JsonObject, renamed: str) -> None:
    old = row["LicenseNumber"]
    call.db.execute("UPDATE patient SET number = ? WHERE number = ?", (renamed, old))
    call.db.execute("UPDATE purchase SET patient = ? WHERE patient = ?", (renamed, old))
    call.db.execute(
        "UPDATE record SET name = ?, document = ? WHERE kind = 'member' AND license = ? AND name = ?",
        (renamed, encode({**row, "LicenseNumber": renamed}).decode(), call.facility.license, old),
    )


def _save_check_ins(call: Call, form: Form) -> Answer:
    """Every write of a check-in answers with an empty body, POST too (contract section 4)."""
    _flag(call, "CanReportPatientCheckIns")
    rows = Rows.read(call.request, form)
    names = {place["Id"]: place["Name"] for place in CHECK_IN_LOCATIONS}
    for number, row in rows.good.items():
        if row["CheckInLocationId"] not in names:
            rows.problems.add(number, f"Check-in Location {row['CheckInLocationId']} is not valid.")
            continue
        if row["RegistrationExpiryDate"] < row["RegistrationStartDate"]:
            rows.problems.add(number, "RegistrationExpiryDate is before RegistrationStartDate.")
            continue
        document = {**row, "CheckInLocationName": names[row["CheckInLocationId"]]}
        if "Id" in row:
            records.by_id(call, "check_in", row["Id"])
            call.db.execute(
                "UPDATE record SET document = ?, modified = ? WHERE id = ?",
                (encode(document).decode(), call.ticks, row["Id"]),
            )
        else:
            records.add(
                call.db, "check_in", call.facility.license, f"{call.ticks} {number}", call.ticks, document
            )
    rows.problems.raise_if_any()
    return Answer(200)
