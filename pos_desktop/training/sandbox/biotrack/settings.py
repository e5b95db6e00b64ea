"""Switches for what the contract leaves open, and their defaults (contract sections 0 and 9)."""

from dataclasses import dataclass

from pos_desktop.training.sandbox.switches import BadSetting, Switches

POLICIES = ("ignore", "replay", "reject")


@dataclass(frozen=True, slots=True)
class Settings(Switches):
    """Every switch; a lifetime of 0 seconds has no end."""

    session_idle_seconds: int = 3600
    nosession: bool = True
    """Whether credentials may come with each request."""
    nonce_replay: bool = True
    """Without it the action is unknown, as in one open simulator."""
    unknown_fields: str = "refuse"
    """`refuse` or `ignore` a member that no field list has."""
    bad_location_code: int = 602
    """602, or 63 as one integrator of New Mexico saw it."""
    card_required: bool = True
    card_key_seconds: int = 0
    enforce_limit: bool = True
    refund_restores_limit: bool = False
    future_seconds: int = 60
    """How far ahead of the server's clock a time of sale may lie."""
    washington_tables: bool = False
    rest: bool = True
    """Whether the v3 paths exist."""
    rest_training: bool = True
    """The data set of v3 logins: how one is chosen there is not established."""
    rest_session_seconds: int = 604_800
    rest_card_key_seconds: int = 10_800
    request_id_policy: str = "ignore"
    """What a repeated v3 `RequestID` gets: a second sale, the first answer, or a refusal."""
    answer_content_type: str = "text/JSON; charset=utf-8"

    def check(self) -> None:
        if self.request_id_policy not in POLICIES:
            raise BadSetting("request_id_policy is ignore, replay or reject.")
        if self.unknown_fields not in ("refuse", "ignore"):
            raise BadSetting("unknown_fields is refuse or ignore.")
        if self.bad_location_code not in (63, 602):
            raise BadSetting("bad_location_code is 602 or 63.")
        if not self.answer_content_type.isprintable():
            raise BadSetting("answer_content_type is one line of text.")
