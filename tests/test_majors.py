"""Facts of a provider's majors, each said once."""

from __future__ import annotations

from iacfix_aws._tables import majors
from iacfix_aws._tables.majors import MAJORS, TOLD_BY, Life, Since


def test_a_fact_holds_until_a_major_changes_it() -> None:
    field = Since({6: "name", 7: "region", 9: "code"})
    assert [field[major] for major in (6, 7, 8, 9, 10)] == ["name", "region", "region", "code", "code"]


def test_a_life_is_within_the_majors_that_are_known() -> None:
    first, last = MAJORS[0], MAJORS[-1]
    assert Life().majors == MAJORS
    assert Life(until=first).majors == (first,)
    assert Life(since=last).majors == (last,)
    assert Life(since=last + 1).majors == ()


def test_what_gives_a_major_away_exists_in_it_alone() -> None:
    assert TOLD_BY["aws.s3.Bucket.loggings"] == 6
    assert TOLD_BY["aws.s3.BucketVersioning"] == 7
    assert all(majors.LIVES[name].majors == (major,) for name, major in TOLD_BY.items())
