"""Whether a recorded priority class can be true."""

import ibis
import ibis.expr.types as ir

from features.declare import feature
from features.making.returning import returns

#: years of age from which a citizen is elderly: Law of the PRC on Protection of the Rights of the Elderly, art. 2
ELDERLY_AGE = 60
#: years below which nobody has left the army: Military Service Law of the PRC (2021), art. 20 enlists from 18 on, from
#: 17 on who volunteers, and service takes two years (art. 26); one is left for an early discharge
VETERAN_AGE = 18
#: years of age between which pregnancies are looked for: reproductive age (WHO: 15 to 49) and one more
PREGNANT_AGES = (15, 50)


@feature(
    unit="years",
    needs=("priority_class", "applicant_birth_year"),
    null="no birth year delivered, or no class that depends on age",
)
def class_years_short(bookings: ir.Table) -> ir.Value:
    """Years by which the applicant is too young for the recorded class, or for a pregnancy too old; 0: plausible.

    Of the two ages that a citizen of that birth year has in the year of service, the one that fits better counts.
    Elderly is from 60 on, veteran from 18 on, pregnant from 15 to 50.
    """
    age = bookings.service_day.year() - bookings.applicant_birth_year
    youngest, oldest = PREGNANT_AGES
    off = ibis.cases(
        (bookings.priority_class == "elderly", ELDERLY_AGE - age),
        (bookings.priority_class == "veteran", VETERAN_AGE - age),
        (bookings.priority_class == "pregnant", ibis.greatest(youngest - age, age - 1 - oldest)),
    )
    return off.notnull().ifelse(ibis.greatest(off, 0), None)


@feature(
    unit="0 or 1",
    needs=("priority_class", "applicant_birth_year"),
    null="no birth year delivered, or no class recorded",
)
def class_borne_out(bookings: ir.Table) -> ir.Value:
    """Whether the applicant's age proves the recorded class: that of the elderly alone, from 60 on."""
    elderly = (bookings.priority_class == "elderly").cast("int64")
    borne_out = (class_years_short(bookings) == 0).fill_null(False).ifelse(elderly, 0)
    return (bookings.priority_class.notnull() & bookings.applicant_birth_year.notnull()).ifelse(borne_out, None)


@feature(
    unit="0 or 1",
    needs=(),
    null="delivered without columns for priority classes and missed calls",
    delivered=("priority_class", "missed_at"),
)
def claims_to_return(bookings: ir.Table) -> ir.Value:
    """Whether the recorded class says that it was at a window before: returning, or recall, and no call was missed."""
    return returns(bookings).ifelse(1, 0)
