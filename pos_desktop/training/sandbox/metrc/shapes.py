"""Every member of the service's objects with its value when nothing is known (contract sections 6 to 13)."""

from typing import Any

from pos_desktop.training.sandbox.jsonio import JsonObject

UNSET_DATE = "0001-01-01"
UNSET_INSTANT = "0001-01-01T00:00:00+00:00"


def _shape(*groups: tuple[Any, str], **given: Any) -> JsonObject:
    return {name: value for value, names in groups for name in names.split()} | given


def _cannabinoids(prefix: str, names: str) -> str:
    parts = ["Percent", "Content", "ContentUnitOfMeasureName", "ContentDose", "ContentDoseUnitOfMeasureName"]
    return " ".join(f"{prefix}Unit{name}{part}" for name in names.split() for part in parts)


FACILITY_TYPE = _shape(
    (
        None,
        """RestrictHarvestPlantRestoreTimeHours TotalMemberPatientsAllowed RestrictWholesalePriceEditDays
        RestrictPlantBatchAdjustmentTimeHours""",
    ),
    (
        False,
        """IsMedical IsRetail IsHemp CanGrowPlants CanCreateOpeningBalancePlantBatches CanClonePlantBatches
        CanTagPlantBatches CanAssignLocationsToPlantBatches PlantsRequirePatientAffiliation
        PlantBatchesCanContainMotherPlants CanUpdatePlantStrains CanTrackVegetativePlants
        CanCreateImmaturePlantPackagesFromPlants CanPackageVegetativePlants CanPackageWaste
        CanReportHarvestSchedules CanSubmitHarvestsForTesting CanRequireHarvestSampleLabTestBatches
        CanReportStrainProperties CanCreateOpeningBalancePackages CanCreateDerivedPackages
        CanAssignLocationsToPackages CanUpdateLocationsOnPackages PackagesRequirePatientAffiliation
        CanCreateTradeSamplePackages CanDonatePackages CanSubmitPackagesForTesting
        CanCreateProcessValidationPackages CanRequirePackageSampleLabTestBatches CanReturnPackageQuantity
        CanRequestProductRemediation CanRemediatePackagesWithFailedLabResults CanRequestProductDecontamination
        CanDecontaminatePackagesWithFailedLabResults CanInfuseProducts CanRecordProcessingJobs
        CanRecordProductForDestruction CanDestroyProduct CanTestPackages TestsRequireLabSample
        CanTransferFromExternalFacilities CanSellToConsumers CanSellToPatients CanSellToExternalPatients
        CanSellToCaregivers RetailSalesToNonResidentConsumer AdvancedSales SalesRequirePatientNumber
        SalesRequireExternalPatientNumber SalesRequireExternalPatientIdentificationMethod
        SalesRequireCaregiverNumber SalesRequireCaregiverPatientNumber CanDeliverSalesToConsumers
        DeliverySalesToNonResidentConsumer SalesDeliveryAllowPlannedRoute SalesDeliveryAllowAddress
        SalesDeliveryAllowCity SalesDeliveryAllowState SalesDeliveryAllowCounty SalesDeliveryAllowZip
        SalesDeliveryRequireZone EnableExternalIdentifier SalesDeliveryRequireConsumerId
        CanDeliverSalesToPatients SalesDeliveryRequirePatientNumber SalesDeliveryRequireRecipientName
        IsSalesDeliveryHub CanHaveMemberPatients CanReportPatientCheckIns CanSpecifyPatientSalesLimitExemption
        CanReportPatientsAdverseResponses RetailerDelivery RetailerDeliveryAllowTradeSamples
        RetailerDeliveryAllowDonations RetailerDeliveryRequirePrice RetailerDeliveryAllowPartialPackages
        CanCreatePartialPackages CanAdjustSourcePackagesWithPartials CanReportOperationalExceptions
        CanReportAdulteration CanDownloadProductLabel CanReceiveAssociateProductLabel CanUseComplianceLabel
        CanTrackFinishedGoods CanOnlyReceiveFinishedGoods CanViewSourcePackages EnableSublocations
        TaxExemptReportingFeesFacilityType TaxExemptTagOrdersFacilityType CanAccessCatalog
        CanTrackMotherPlantsAsGrowthPhase CanManageItemBrands""",
    ),
)

LICENSE = _shape(
    ("", "Number EmployeeLicenseNumber"), (UNSET_DATE, "StartDate EndDate"), LicenseType="Medical Dispensary"
)

FACILITY = _shape(
    (None, "Email SupportActivationDate SupportExpirationDate"),
    (None, "AllowTransferOfOnHoldPackages AllowTransferOfOnRecallPackages"),
    (False, "IsOwner IsFinancialContact"),
    ("", "Name Alias DisplayName"),
    FacilityId=0,
    HireDate=UNSET_DATE,
    IsManager=True,
    Occupations=[],
    CredentialedDate=UNSET_DATE,
)

EMPLOYEE = _shape((False, "IsIndustryAdmin IsOwner IsManager"), FullName="")

LOCATION = _shape(
    (False, "ForPlantBatches ForPlants ForHarvests"),
    Id=0,
    Name="",
    LocationTypeId=1,
    LocationTypeName="Default",
    ForPackages=True,
)

CATEGORY = _shape(
    (
        False,
        """RequiresStrain RequiresItemBrand RequiresAdministrationMethod RequiresUnitCbdPercent
        RequiresUnitCbdContent RequiresUnitCbdContentDose RequiresUnitCbdAPercent RequiresUnitCbdAContent
        RequiresUnitCbdAContentDose RequiresUnitThcPercent RequiresUnitThcContent RequiresUnitThcContentDose
        RequiresUnitThcAPercent RequiresUnitThcAContent RequiresUnitThcAContentDose RequiresUnitVolume
        RequiresUnitWeight RequiresServingSize RequiresSupplyDurationDays RequiresNumberOfDoses
        RequiresPublicIngredients RequiresDescription RequiresAllergens RequiresProductPhotoDescription
        RequiresLabelPhotoDescription RequiresPackagingPhotoDescription CanContainSeeds CanBeRemediated
        CanBeDecontaminated CanBeDestroyed""",
    ),
    (0, "RequiresProductPhotos RequiresLabelPhotos RequiresPackagingPhotos RequiresProductPDFDocuments"),
    (
        None,
        """MinConsecutiveSourcesForRTA MinDaysForRTA MaxDaysForRecoveryAfterFailure MaxDaystoReachMinSources
        MinNewPassesInRecoveryWindow MaxDaysToMaintainRTA MaxRepackageDistanceFromSource
        MaxDaysWithoutTestedSource""",
    ),
    Name="",
    ProductCategoryType="",
    QuantityType="",
    LabTestBatchNames=[],
)

ITEM = _shape(
    (
        False,
        """IsExpirationDateRequired HasExpirationDate IsSellByDateRequired HasSellByDate IsUseByDateRequired
        HasUseByDate IsUsed""",
    ),
    (None, _cannabinoids("", "Cbd CbdA Thc ThcA")),
    (
        None,
        """GlobalProductName GlobalProductNumber StrainId StrainName ItemBrandName AdministrationMethod
        UnitThcAContentDoseUnitOfMeasureId UnitThcContentDoseUnitOfMeasureId UnitVolume
        UnitVolumeUnitOfMeasureName UnitWeight UnitWeightUnitOfMeasureName ServingSize NumberOfDoses
        UnitQuantity UnitQuantityUnitOfMeasureName PublicIngredients Description Allergens
        ProductPhotoDescription LabelPhotoDescription PackagingPhotoDescription ProcessingJobCategoryName
        ProcessingJobTypeName ProductBrandName""",
    ),
    ([], "ProductImages LabelImages PackagingImages ProductPDFDocuments LabTestBatchNames"),
    Id=0,
    Name="",
    ProductCategoryName="",
    ProductCategoryType="",
    QuantityType="",
    DefaultLabTestingState="NotSubmitted",
    UnitOfMeasureName="",
    ApprovalStatus="Approved",
    ApprovalStatusDateTime=UNSET_INSTANT,
    ItemBrandId=0,
)

# Inside a package the vendor's example shows these members of the item as the number 0 (contract 10.1).
ITEM_CODES = ("ProductCategoryType", "QuantityType", "DefaultLabTestingState", "ApprovalStatus")

PACKAGE = _shape(
    (0, "Id SourceHarvestCount SourcePackageCount SourceProcessingJobCount"),
    (
        None,
        """ExternalId SourceHarvestNames SourcePackageLabels LocationId LocationName SublocationId
        SublocationName LocationTypeName PatientLicenseNumber ItemFromFacilityLicenseNumber
        ItemFromFacilityName Note ExpirationDate SellByDate UseByDate LabTestingPerformedDate
        LabTestResultExpirationDateTime LabTestingRecordedDate LabTestStageId LabTestStage
        ProductionBatchNumber SourceProductionBatchNumbers RemediationDate DecontaminationDate
        ReceivedDateTime ReceivedFromManifestNumber ReceivedFromFacilityLicenseNumber ReceivedFromFacilityName
        IsOnRecall ArchivedDate FinishedDate PackageForProductDestruction LabelsLastGeneratedDateTime
        ProductLabel""",
    ),
    (
        False,
        """IsProductionBatch IsTradeSample IsTradeSamplePersistent SourcePackageIsTradeSample IsDonation
        IsDonationPersistent SourcePackageIsDonation IsTestingSample IsProcessValidationTestingSample
        ProductRequiresRemediation ContainsRemediatedProduct ProductRequiresDecontamination
        ContainsDecontaminatedProduct IsOnHold IsOnHoldCombined IsOnInvestigation IsOnInvestigationHold
        IsOnInvestigationRecall IsOnRecallCombined IsFinished IsFinishedGood IsOnRetailerDelivery""",
    ),
    (UNSET_DATE, "PackagedDate LabTestingStateDate"),
    Label="",
    PackageType="Product",
    Quantity=None,
    OriginalPackageQuantity=None,
    UnitOfMeasureName="",
    UnitOfMeasureAbbreviation="",
    InitialLabTestingState="NotSubmitted",
    LabTestingState="TestPassed",
)

HOLD_FLAGS = (
    "IsOnHold", "IsOnHoldCombined", "IsOnInvestigation", "IsOnInvestigationHold", "IsOnInvestigationRecall",
    "IsOnRecall", "IsOnRecallCombined",
)  # fmt: skip

# Members of a receipt line that are copied from the item at the moment of the sale.
_LINE_ITEM = (
    _cannabinoids("Item", "Cbd Thc")
    + """ ItemStrainName ItemUnitVolume ItemUnitVolumeUnitOfMeasureName
    ItemUnitWeight ItemUnitWeightUnitOfMeasureName ItemServingSize ItemSupplyDurationDays ItemUnitQuantity
    ItemUnitQuantityUnitOfMeasureName"""
)


def line_item(item: JsonObject) -> JsonObject:
    """The item's part of a receipt line: `ItemUnitWeight` is the item's `UnitWeight`, and so on."""
    copied = {name: item.get(name.removeprefix("Item")) for name in _LINE_ITEM.split()}
    return {"ProductName": item["Name"], "ProductCategoryName": item["ProductCategoryName"], **copied}


TRANSFER = _shape(
    (
        None,
        "InvoiceNumber Name CreatedByUserName ActualDepartureDateTime ActualArrivalDateTime ReceivedDateTime",
    ),
    (None, "EstimatedReturnDepartureDateTime ActualReturnDepartureDateTime EstimatedReturnArrivalDateTime"),
    (None, "ActualReturnArrivalDateTime OriginatingTemplateId"),
    (0, "Id ShipmentLicenseType ReceivedDeliveryCount PackageCount ReceivedPackageCount DeliveryId"),
    (0, "DeliveryPackageCount DeliveryReceivedPackageCount"),
    ("", "ManifestNumber ShipperFacilityLicenseNumber ShipperFacilityName TransporterFacilityLicenseNumber"),
    ("", "TransporterFacilityName DriverName DriverOccupationalLicenseNumber DriverVehicleLicenseNumber"),
    ("", "VehicleMake VehicleModel VehicleLicensePlateNumber RecipientFacilityLicenseNumber"),
    ("", "RecipientFacilityName"),
    (False, "ContainsPlantPackage ContainsTradeSample ContainsDonation ContainsTestingSample IsVoided"),
    (False, "ContainsProductRequiresRemediation ContainsRemediatedProductPackage"),
    CreatedDateTime=UNSET_INSTANT,
    DeliveryCount=1,
    ContainsProductPackage=True,
    ShipmentTypeName="Transfer",
    ShipmentTransactionType="Standard",
    EstimatedDepartureDateTime="0001-01-01T00:00:00.000",
    EstimatedArrivalDateTime="0001-01-01T00:00:00.000",
)

# Members that a delivery of a transfer shares with the transfer itself.
DELIVERY_SHARED = (
    "ManifestNumber", "RecipientFacilityLicenseNumber", "RecipientFacilityName", "ShipmentTypeName",
    "ShipmentTransactionType", "InvoiceNumber", "EstimatedDepartureDateTime", "ActualDepartureDateTime",
    "EstimatedArrivalDateTime", "ActualArrivalDateTime", "DeliveryPackageCount", "DeliveryReceivedPackageCount",
    "ReceivedDateTime", "EstimatedReturnDepartureDateTime", "ActualReturnDepartureDateTime",
    "EstimatedReturnArrivalDateTime", "ActualReturnArrivalDateTime",
)  # fmt: skip

DELIVERY_PACKAGE = _shape(
    (None, _cannabinoids("Item", "Cbd Thc CbdA ThcA")),
    (None, "SourceHarvestNames SourcePackageLabels ItemStrainName ItemBrandName ItemUnitVolume"),
    (None, "ItemUnitVolumeUnitOfMeasureName ItemUnitWeight ItemUnitWeightUnitOfMeasureName ItemServingSize"),
    (None, "ItemSupplyDurationDays ItemUnitQuantity ItemUnitQuantityUnitOfMeasureName ProductionBatchNumber"),
    (None, "RemediationDate PackagedDate ExpirationDate SellByDate UseByDate GrossUnitOfWeightName"),
    (None, "ReceivedQuantity ReceivedUnitOfMeasureName ProductLabel SourceProductionBatchNumbers ExternalId"),
    (None, "ShipperWholesalePrice ReceiverWholesalePrice"),
    (False, "IsTradeSample IsTradeSamplePersistent SourcePackageIsTradeSample IsDonation IsFinishedGood"),
    (False, "SourcePackageIsDonation IsTestingSample ProductRequiresRemediation ContainsRemediatedProduct"),
    PackageId=0,
    PackageLabel="",
    PackageType="Product",
    ItemId=0,
    ItemName="",
    ItemCategoryName="",
    LabTestingState="TestPassed",
    ShipmentPackageState="Shipped",
    ShippedQuantity=None,
    ShippedUnitOfMeasureName="",
)

LAB_RESULT = _shape(
    (
        None,
        "RevokedDate LabTestResultDocumentFileId ResultReleaseDateTime ExpirationDateTime TestResultLevel",
    ),
    (None, "TestComment LabTestDetailRevokedDate"),
    ("", "LabFacilityLicenseNumber LabFacilityName SourcePackageLabel ProductName ProductCategoryName"),
    (True, "OverallPassed ResultReleased TestPassed"),
    PackageId=0,
    LabTestResultId=0,
    TestPerformedDate=UNSET_DATE,
    TestTypeName="",
    TestInformationalOnly=False,
)
