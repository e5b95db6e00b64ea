"""The menu of the demo store. Flower equivalents and prices are sample figures, not advice."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Unit

_TREES = ("Alder", "Birch", "Cedar", "Hazel", "Juniper", "Larch", "Maple", "Willow")
_FRUITS = ("Apple", "Berry", "Cherry", "Lemon")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of product in several flavours; measures are of one piece, or of one gram where sold by weight.

    Args:
        tracker_category: The category's name at METRC.
        words: One product each, `Sample Alder flower 3.5 g`.
        packages: How many packages of each product stand on the shelf.
        stock: Least and most in a new package, in pieces or milligrams.
    """

    what: str
    category: Category
    tracker_category: str
    cents: int | None
    words: tuple[str, ...]
    packages: int
    net_mg: int | None = None
    equiv_mg: int | None = None
    thc_mg: int | None = None
    volume_ul: int | None = None
    potency_bp: int | None = None
    unit: Unit = Unit.EACH
    stock: tuple[int, int] = (40, 120)

    def name(self, word: str) -> str:
        return " ".join(f"Sample {word} {self.what}".split())

    @property
    def measures(self) -> Measures:
        """As METRC's members give them, and the flower equivalent, which only the store's own list knows."""
        thc = self.thc_mg
        if thc is None and self.potency_bp is not None and self.net_mg is not None:
            thc = -(-self.net_mg * self.potency_bp // 10_000)
        return Measures(
            net_mg=self.net_mg,
            thc_mg=thc,
            equiv_mg=self.equiv_mg,
            volume_ul=self.volume_ul,
            count=1 if self.unit is Unit.EACH else None,
            potency_bp=self.potency_bp,
        )

    @property
    def is_mapped(self) -> bool:
        """Whether the store's own product list knows this kind."""
        return self is not UNMAPPED

    @property
    def price(self) -> Money | None:
        return None if self.cents is None else Money(self.cents)


_C = Category
_DELI = (453_600, 907_200)

NO_PRICE = Kind("flower without a price", _C.FLOWER, "Buds", None, ("Aspen",), 1, 3_500, potency_bp=1_900)
NO_EQUIVALENT = Kind(
    "gummies without equivalent", _C.EDIBLE, "Infused Edibles", 1_800, ("Aspen",), 1, 28_000, thc_mg=100
)
UNMAPPED = Kind("of no known category", _C.FLOWER, "Sample Oddities", None, ("Aspen",), 1)
EVERYDAY = Kind("flower 3.5 g", _C.FLOWER, "Buds", 3_500, _TREES, 3, 3_500, potency_bp=2_140)
OUNCE = Kind("flower 28 g", _C.FLOWER, "Buds", 21_000, _TREES[:4], 2, 28_000, potency_bp=1_960)
DELI = Kind(
    "deli flower",
    _C.FLOWER,
    "Buds",
    900,
    _TREES,
    3,
    1_000,
    potency_bp=2_210,
    unit=Unit.WEIGHT,
    stock=_DELI,
)

MENU = (
    EVERYDAY,
    Kind("flower 1 g", _C.FLOWER, "Buds", 1_100, _TREES[:4], 2, 1_000, potency_bp=2_050),
    Kind("flower 7 g", _C.FLOWER, "Buds", 6_500, _TREES[2:6], 2, 7_000, potency_bp=2_080),
    Kind("flower 14 g", _C.FLOWER, "Buds", 11_500, _TREES[:2], 1, 14_000, potency_bp=2_000),
    OUNCE,
    DELI,
    Kind("pre-roll 0.5 g", _C.PREROLL, "Raw Pre-Rolls", 500, _TREES[:4], 3, 500, potency_bp=1_870),
    Kind("pre-roll 1 g", _C.PREROLL, "Raw Pre-Rolls", 900, _TREES[:6], 3, 1_000, potency_bp=1_870),
    Kind(
        "infused pre-roll 1 g",
        _C.INFUSED_PREROLL,
        "Infused Pre-Rolls",
        1_600,
        _TREES[:3],
        2,
        1_000,
        2_000,
        potency_bp=3_500,
    ),
    Kind(
        "live rosin 1 g", _C.CONCENTRATE, "Concentrate", 3_800, _TREES[3:6], 2, 1_000, 4_000, potency_bp=7_400
    ),
    Kind("wax 0.5 g", _C.CONCENTRATE, "Concentrate", 1_700, _TREES[5:], 2, 500, 2_000, potency_bp=7_100),
    Kind(
        "kief",
        _C.CONCENTRATE,
        "Kief",
        1_500,
        ("Rowan",),
        2,
        1_000,
        4_000,
        potency_bp=4_500,
        unit=Unit.WEIGHT,
        stock=(56_000, 112_000),
    ),
    Kind("cartridge 0.5 g", _C.VAPE, "Vape Cartridges", 2_200, _TREES[:4], 2, 500, 2_000, potency_bp=8_200),
    Kind("cartridge 1 g", _C.VAPE, "Vape Cartridges", 3_600, _TREES[4:7], 2, 1_000, 4_000, potency_bp=8_200),
    Kind("gummies 100 mg", _C.EDIBLE, "Infused Edibles", 1_600, _FRUITS, 2, 28_000, 1_750, thc_mg=100),
    Kind(
        "chocolate 50 mg",
        _C.EDIBLE,
        "Infused Edibles",
        1_200,
        ("Dark", "Milk", "Mint"),
        2,
        40_000,
        2_500,
        thc_mg=50,
    ),
    Kind(
        "seltzer 355 ml",
        _C.BEVERAGE,
        "Infused Beverages",
        700,
        _FRUITS[:2],
        2,
        equiv_mg=9_454,
        thc_mg=10,
        volume_ul=355_000,
    ),
    Kind("capsules, 20", _C.CAPSULE, "Capsules", 2_400, _TREES[:2], 2, 12_000, 750, thc_mg=100),
    Kind(
        "tincture 30 ml",
        _C.TINCTURE,
        "Tinctures",
        4_800,
        _TREES[5:],
        2,
        equiv_mg=799,
        thc_mg=300,
        volume_ul=30_000,
    ),
    Kind("strips, 10", _C.SUBLINGUAL, "Sublingual", 2_000, _FRUITS[2:], 2, 1_000, 63, thc_mg=100),
    Kind("suppositories, 6", _C.SUPPOSITORY, "Suppositories", 3_000, ("Rowan",), 2, 12_000, 750, thc_mg=120),
    Kind("balm 50 g", _C.TOPICAL, "Topicals", 2_600, _TREES[:2], 2, 50_000, 3_125, thc_mg=200),
    Kind("patch 20 mg", _C.PATCH, "Transdermal Patches", 1_400, _TREES[6:], 2, 1_000, 63, thc_mg=20),
    Kind("low-THC oil 30 ml", _C.LOW_THC, "Low-THC Oil", 3_900, ("Rowan",), 1, thc_mg=9, volume_ul=30_000),
    Kind("seeds, 5", _C.SEED, "Seeds", 4_000, ("Rowan",), 1, stock=(10, 20)),
    Kind("seedling", _C.SEEDLING, "Immature Plants", 1_500, ("Rowan",), 1, stock=(10, 20)),
    Kind("plant", _C.PLANT, "Mature Plants", 12_000, ("Rowan",), 1, stock=(3, 6)),
    Kind("", _C.ACCESSORY, "Accessories", 1_200, ("grinder", "rolling papers", "storage jar"), 2),
    NO_PRICE,
    NO_EQUIVALENT,
    UNMAPPED,
)
