"""What must hold whatever is bought: no sequence of sales passes a limit, and nothing is gained by arranging them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.limit_packs import ALL
from tests.fixtures.limit_properties import PROPERTIES

quick = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.mark.parametrize("what", PROPERTIES)
@quick
@given(name=st.sampled_from(ALL), data=st.data())
def test_for_any_programme(what: str, name: str, data: st.DataObject) -> None:
    PROPERTIES[what](name, data)


@pytest.mark.prove
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("what", PROPERTIES)
@settings(quick, max_examples=100)
@given(data=st.data())
def test_for_each_programme_at_length(what: str, name: str, data: st.DataObject) -> None:
    PROPERTIES[what](name, data)


def test_all_of_them_are_asked() -> None:
    assert len(PROPERTIES) == 12
