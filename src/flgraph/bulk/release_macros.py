"""Define, as macros of DuckDB, how the values of bulk releases are cleaned.

They follow `flgraph.identifiers` and the records of the sources, and tests compare them.
"""

from __future__ import annotations

from typing import Final

from flgraph.sources.openalex.records import NOBODY

_NOBODY: Final = ", ".join(f"'https://openalex.org/{name}'" for name in sorted(NOBODY))

# What few rows need is a branch of CASE, worked out for those rows alone. A text below "!" is blank or begins with a
# blank.
_MACROS: Final = r"""
create temp macro clean_text(t) as case when t < '!' then nullif(trim(t, E' \t\r\n'), '') else t end;

create temp macro join_words(t) as nullif(trim(regexp_replace(t, '\s+', ' ', 'g')), '');

create temp macro clean_title(t) as case when contains(t, '@') then join_words(
    regexp_replace(t, '[\pL\pN_.%+-]+@[\pL\pN_-]+(?:\.[\pL\pN_-]+)*\.[A-Za-z]{2,}', ' ', 'g'))
    else clean_text(t) end;

create temp macro clean_person(t) as case when contains(t, '@') then join_words(regexp_replace(t, '\S*@\S*', ' ', 'g'))
    else clean_text(t) end;

create temp macro find_doi(t) as nullif(rtrim(lower(regexp_extract(trim(t, E' \t\r\n'),
    '(?i)^(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)$', 1)), '.,;'), '');

create temp macro clean_doi(t) as case
    when contains(t, '10.48550/') or contains(t, '10.1101/')
    then regexp_replace(find_doi(t), '^(10\.(?:48550|1101)/\S*[0-9])v[0-9]+$', '\1')
    when regexp_matches(t, '^https://doi\.org/10\.[0-9]{4,9}(?:\.[0-9]+)*/\S*[^\s.,;]$') then lower(substr(t, 17))
    else find_doi(t) end;

create temp macro find_arxiv(t) as nullif(regexp_replace(lower(regexp_extract(trim(t, E' \t\r\n'),
    '(?i)^(?:arxiv[:.]|10\.48550/arxiv\.|https?://(?:[a-z0-9_-]+\.)?arxiv\.org/(?:abs|pdf|html|format)/)?'
    '([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})(?:v[0-9]+)?(?:\.pdf)?/?$', 1)), '\.[a-z]{2}/', '/'), '');

create temp macro clean_arxiv(t) as case when t is not null then find_arxiv(t) end;

create temp macro arxiv_at(t) as case when contains(lower(t), 'arxiv')
    then find_arxiv(regexp_replace(t, '^(?i:pmh:oai:arxiv\.org:)|^doi:|^https://doi\.org/', '')) end;

-- A work that stands at arXiv under several ids is merged wrongly, and has none.
create temp macro single_one(found) as case when len(found) = 1 then found[1] end;

create temp macro arxiv_place(places) as case when list_contains([contains(one.id, 'rXiv') or contains(one.id, 'rxiv')
    or contains(one.landing_page_url, 'rxiv') or contains(one.landing_page_url, 'rXiv') for one in places], true)
    then single_one(list_distinct(list_concat([arxiv_at(one.id) for one in places],
    [arxiv_at(one.landing_page_url) for one in places]))) end;

create temp macro clean_count(t) as case when try_cast(t as integer) >= 0 then try_cast(t as integer) end;

-- A cast alone would round 1.5 and read 1e3.
create temp macro clean_id(t) as case when regexp_matches(t, '^[0-9]+$') then try_cast(t as bigint) end;

create temp macro openalex_id(t, sign) as case
    when starts_with(t, 'https://openalex.org/' || sign) then try_cast(substr(t, 23) as bigint)
    else try_cast(regexp_extract(t, '^(?:https?://openalex\.org/)?' || sign || '([0-9]+)$', 1) as bigint) end;

create temp macro agree(given, surname, profile) as
    lower(substr(given, 1, 1)) = lower(substr(profile, 1, 1)) and lower(surname) = lower(split_part(profile, ' ', -1));

create temp macro agree_plainly(printed, profile) as case when contains(printed, ', ')
    then agree(split_part(printed, ', ', 2), split_part(split_part(printed, ', ', 1), ' ', -1), profile)
    else agree(printed, split_part(printed, ' ', -1), profile) end;

-- Equal names, or the same initial and surname; the printed name may begin with the surname and a comma.
create temp macro is_same_person(printed, profile) as case when printed = profile then true
    when substr(printed, 1, 1) = substr(profile, 1, 1) and suffix(printed, ' ' || split_part(profile, ' ', -1))
    then true
    when strlen(printed) > length(printed) or strlen(profile) > length(profile) then
        agree_plainly(strip_accents(printed), strip_accents(profile))
    else agree_plainly(printed, profile) end;

-- Ids that stand for unknown and for deleted authors.
create temp macro is_somebody(id) as id not in (NOBODY);
"""

MACROS: Final = _MACROS.replace("NOBODY", _NOBODY)
"""SQL that defines the functions which the expressions of `release_columns` use."""
