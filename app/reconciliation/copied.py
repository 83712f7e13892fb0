"""F2: accounts that look copied from somebody else's (rules.md C13), without comparing everybody with everybody.

Only accounts with two groups that nobody granted are looked at. Of two sets that are alike to the share ``:alike`` one
of the rarest groups of the first is in the other: only members of those few are compared (an inverted index with a
prefix, exact), so that a group that everybody is in costs nothing.
"""

from __future__ import annotations

FEWEST_UNAPPROVED, FEWEST_COMMON = 2, 3
ALIKE = 0.8  # Jaccard: what both have, of what either has
YOUNG = "30 days"  # from the account's creation until it was first seen in a group
SHOWN = 3

SETS = """
WITH mine AS (
  SELECT member_guid, account_id, person_id, group_id FROM effective_member WHERE account_id IS NOT NULL
), sized AS (SELECT member_guid, count(*) AS size FROM mine GROUP BY member_guid),
popular AS (SELECT group_id, count(*) AS members FROM mine GROUP BY group_id),
unapproved AS (
  SELECT member_guid, account_id, person_id, group_id, since FROM ungranted_member
), at_once AS (
  SELECT DISTINCT ON (member_guid) member_guid, count(*) AS together, array_agg(group_id) AS groups FROM unapproved
  GROUP BY member_guid, since ORDER BY member_guid, count(*) DESC, since DESC
), suspect AS (
  SELECT u.member_guid, u.account_id, u.person_id, a.created_at, a.login, sized.size, at_once.groups,
    count(*) AS unapproved, at_once.together,
    coalesce((SELECT min(d.seen_at) FROM directory_membership d WHERE d.member_guid = u.member_guid)
      <= a.created_at + CAST(:young AS interval), false) AS is_young
  FROM unapproved u JOIN directory_account a ON a.id = u.account_id JOIN sized USING (member_guid)
  JOIN at_once USING (member_guid) WHERE a.enabled AND a.missing_since IS NULL
  GROUP BY u.member_guid, u.account_id, u.person_id, a.created_at, a.login, sized.size, at_once.groups, at_once.together
  HAVING count(*) >= :fewest
), ranked AS (
  SELECT s.member_guid, s.size, m.group_id,
    row_number() OVER (PARTITION BY s.member_guid ORDER BY popular.members, m.group_id) AS place
  FROM suspect s JOIN mine m USING (member_guid) JOIN popular USING (group_id)
), candidate AS (
  SELECT DISTINCT r.member_guid, other.member_guid AS other_guid, other.account_id AS other_account
  FROM ranked r JOIN mine other ON other.group_id = r.group_id AND other.member_guid <> r.member_guid
  WHERE r.place <= r.size - ceil(:alike * r.size) + 1
), common AS (
  SELECT c.member_guid, c.other_guid, c.other_account, count(*) AS common,
    array_agg(g.name ORDER BY g.name) AS names, array_agg(m.group_id) AS groups
  FROM candidate c JOIN mine m ON m.member_guid = c.member_guid
  JOIN mine o ON o.member_guid = c.other_guid AND o.group_id = m.group_id JOIN directory_group g ON g.id = m.group_id
  GROUP BY c.member_guid, c.other_guid, c.other_account
), scored AS (
  SELECT s.*, a.id AS like_account, a.login AS like_login, a.person_id AS like_person, a.created_at AS like_created,
    c.common, c.names, c.common::numeric / (s.size + o.size - c.common) AS score,
    me.unit_id IS NOT NULL AND me.unit_id = them.unit_id AS same_unit,
    me.manager_id IS NOT NULL AND me.manager_id = them.manager_id AS same_manager
  FROM common c JOIN suspect s USING (member_guid) JOIN sized o ON o.member_guid = c.other_guid
  JOIN directory_account a ON a.id = c.other_account AND a.enabled AND a.missing_since IS NULL
  JOIN person me ON me.id = s.person_id LEFT JOIN person them ON them.id = a.person_id
  WHERE a.person_id IS DISTINCT FROM s.person_id AND coalesce(a.created_at < s.created_at, true)
    AND c.common::numeric / (s.size + o.size - c.common) >= :alike
    AND ((s.is_young AND c.common >= :fewest_common)
      OR (s.together >= :fewest AND s.groups <@ c.groups))
), best AS (
  SELECT *, row_number() OVER (PARTITION BY member_guid ORDER BY score DESC, same_unit DESC, same_manager DESC,
    like_account) AS place FROM scored
)
"""
COPIED = (
    SETS
    + """
SELECT person_id, NULL::int AS system_id, '' AS thing, 0 AS k, 'account:' || member_guid AS key,
  jsonb_build_object('copied', login, 'created_at', created_at, 'unapproved', unapproved, 'at_once', together,
    'look_alikes', jsonb_agg(jsonb_build_object('account', like_account, 'person', like_person, 'login', like_login,
      'score', round(score, 2), 'common', to_jsonb(names), 'same_unit', same_unit, 'same_manager', same_manager,
      'created_at', like_created) ORDER BY place)) AS detail
FROM best WHERE place <= :shown
GROUP BY person_id, member_guid, login, created_at, unapproved, together
"""
)
PARAMETERS = {
    "fewest": FEWEST_UNAPPROVED,
    "fewest_common": FEWEST_COMMON,
    "alike": ALIKE,
    "young": YOUNG,
    "shown": SHOWN,
}
