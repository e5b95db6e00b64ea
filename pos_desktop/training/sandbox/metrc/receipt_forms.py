"""The members of a receipt as it is sent (contract section 8.3)."""

from pos_desktop.training.sandbox.metrc.forms import Field, Form, Kind

_QUANTITY, _MONEY = 4, 2


def _optional_money(names: str) -> dict[str, Field]:
    return {name: Field(Kind.NUMBER, decimals=_MONEY) for name in names.split()}


TRANSACTION: Form = {
    "PackageLabel": Field(Kind.TEXT, needed=True),
    "Quantity": Field(Kind.NUMBER, needed=True, decimals=_QUANTITY),
    "UnitOfMeasure": Field(Kind.TEXT, needed=True),
    "TotalAmount": Field(Kind.NUMBER, needed=True, decimals=_MONEY),
    "UnitThcPercent": Field(Kind.NUMBER),
    "UnitThcContent": Field(Kind.NUMBER),
    "UnitThcContentUnitOfMeasure": Field(Kind.TEXT),
    "UnitWeight": Field(Kind.NUMBER),
    "UnitWeightUnitOfMeasure": Field(Kind.TEXT),
    "InvoiceNumber": Field(Kind.TEXT),
    **_optional_money("Price ExciseTax CityTax CountyTax MunicipalTax DiscountAmount SubTotal SalesTax"),
    "QrCodes": Field(Kind.TEXTS),
}

RECEIPT: Form = {
    "SalesDateTime": Field(Kind.LOCAL_TIME, needed=True),
    "ExternalReceiptNumber": Field(Kind.TEXT),
    "SalesCustomerType": Field(Kind.TEXT, needed=True),
    "PatientLicenseNumber": Field(Kind.TEXT),
    "CaregiverLicenseNumber": Field(Kind.TEXT),
    "IdentificationMethod": Field(Kind.TEXT),
    "PatientRegistrationLocationId": Field(Kind.WHOLE),
    "Transactions": Field(Kind.ROWS, needed=True, form=TRANSACTION),
}

CHANGED_RECEIPT: Form = {"Id": Field(Kind.WHOLE, needed=True), **RECEIPT}
RECEIPT_ID: Form = {"Id": Field(Kind.WHOLE, needed=True)}
