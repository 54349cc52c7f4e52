"""A demand as the outside sees it: the keys of the product design's table, in that order."""

from datetime import datetime
from typing import Any

from bot.core.masking import mask_name, mask_phone
from bot.core.redaction import redact
from models import Contact, Demand

KEYS = (
    "demand_no",
    "title",
    "category",
    "problem",
    "indicators",
    "goal",
    "current_base",
    "invested",
    "field",
    "industry_code",
    "discipline_codes",
    "strategic_code",
    "keywords",
    "coop_mode",
    "budget",
    "deadline",
    "urgency",
    "enterprise_name",
    "uscc",
    "district",
    "zone",
    "contact_name",
    "phone",
    "consents",
    "public_level",
    "attachments",
    "source",
    "quality_score",
    "state",
    "station_id",
    "station_name",
    "liaison_name",
    "due_at",
    "score",
    "outcome",
    "duplicate_of",
    "submitted_at",
    "updated_at",
)


def as_record(demand: Demand, consents: list[dict[str, Any]], *, contacts: bool) -> dict[str, Any]:
    """Plain JSON values; budget and deadline as in the contract's `fields`; contact masked unless `contacts`."""
    return {
        **(_need(demand) if contacts else _redacted(_need(demand), demand.contact)),
        **_enterprise(demand),
        **_contact(demand.contact, contacts),
        "consents": consents,
        "public_level": demand.public_level,
        "attachments": [
            {"kind": item.kind, "state": item.state, "content_type": item.content_type, "size": item.size}
            for item in demand.attachments
        ],
        "source": demand.source,
        "quality_score": demand.quality_score,
        **_case(demand),
    }


def _need(demand: Demand) -> dict[str, Any]:
    return {
        "demand_no": demand.demand_no,
        "title": demand.title,
        "category": demand.category,
        "problem": demand.problem,
        "indicators": demand.indicators,
        "goal": demand.goal,
        "current_base": demand.current_base,
        "invested": demand.invested,
        "field": demand.field,
        "industry_code": demand.industry_code,
        "discipline_codes": demand.discipline_codes,
        "strategic_code": demand.strategic_code,
        "keywords": demand.keywords,
        "coop_mode": demand.coop_mode,
        "budget": {"kind": demand.budget_kind, "min": demand.budget_min, "max": demand.budget_max},
        "deadline": demand.deadline,
        "urgency": demand.urgency,
    }


def _redacted(need: dict[str, Any], contact: Contact | None) -> dict[str, Any]:
    """What people wrote themselves may name them, too."""
    names = [contact.name] if contact and contact.name else []
    phones = [contact.phone] if contact and contact.phone else []
    written = ("title", "problem", "goal", "current_base")
    return need | {key: redact(need[key], names, phones) for key in written if need[key]}


def _enterprise(demand: Demand) -> dict[str, Any]:
    enterprise = demand.enterprise
    return {
        "enterprise_name": enterprise.name if enterprise else None,
        "uscc": enterprise.uscc if enterprise else None,
        "district": demand.district,
        "zone": demand.zone,
    }


def _contact(contact: Contact | None, whole: bool) -> dict[str, Any]:
    name, phone = (contact.name, contact.phone) if contact else (None, None)
    return {
        "contact_name": name if whole else mask_name(name),
        "phone": phone if whole else mask_phone(phone),
    }


def _case(demand: Demand) -> dict[str, Any]:
    return {
        "state": demand.state,
        "station_id": demand.station.station_id if demand.station else None,
        "station_name": demand.station.name if demand.station else None,
        "liaison_name": demand.liaison.name if demand.liaison else None,
        "due_at": _iso(demand.due_at),
        "score": demand.score,
        "outcome": demand.outcome,
        "duplicate_of": demand.duplicate_of,
        "submitted_at": _iso(demand.submitted_at),
        "updated_at": _iso(demand.updated_at),
    }


def _iso(moment: datetime | None) -> str | None:
    """UTC, to the second, ISO 8601."""
    return moment.isoformat(timespec="seconds") if moment else None
