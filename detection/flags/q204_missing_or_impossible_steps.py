"""Q204: steps of the record that are missing or impossible."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q204",
    name=Words("办理步骤缺失或矛盾", "missing or impossible steps"),
    family="records",
    side="channel",
    beside=(),
    unit=Words("处", "steps"),
    at_least=1,
    rare=0.02,
    rarity=Words(
        "漏扫、补打票据使百分之二的记录残缺", "forgotten scans and tickets printed again: two records in a hundred"
    ),
    needs=("served_without_call", "served_without_steps", "ticket_repeated"),
    why=Words(
        "记录称已办结，却没有叫号，或票号与他人重复：可能未曾到场，或事后补录。",
        "On record it was served, yet it was never called, or its ticket is another's too: perhaps nobody came, or the "
        "record was made up afterwards.",
    ),
    source="Completeness of an event log (van der Aalst et al., Process Mining Manifesto, 2011, quality levels).",
    innocent=(
        Innocent(Words("机器故障或漏扫", "a machine that failed, or a scan that was forgotten"), checked=False),
        Innocent(
            Words("中心当天未记录该步骤的不计", "a step that the centre did not record that day at all"), checked=True
        ),
    ),
    text=Words(
        "办理记录有 {value} 处缺失或矛盾；通常为 {expected}",
        "steps missing or impossible: {value}; usual: {expected}",
    ),
    meaning="缺少叫号、缺少全部步骤、票号重复，各计一处。",
)
def missing_or_impossible_steps(features: ir.Table) -> ir.Value:
    """How many are true: served without a call, served without any step, its ticket number another's too."""
    repeated = (features.ticket_repeated.fill_null(0) > 0).cast("float64")
    known = features.served_without_call.notnull() | features.served_without_steps.notnull()
    steps = features.served_without_call.fill_null(0) + features.served_without_steps.fill_null(0) + repeated
    return (known | features.ticket_repeated.notnull()).ifelse(steps, None)
