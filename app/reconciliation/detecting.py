"""THE TABLE of what is looked for (rules.md C13): one statement over whole sets for each type of finding.

Each gives rows ``(person_id, system_id, thing, k, key, detail)``: about whom, in which system, how confidential the
level is, and one piece of evidence with its name. Rows of the same person, system and thing become one finding.
Parameters: ``today``, ``read_at`` (of the reading that is judged), ``earlier_at`` (of the one before), ``pattern``,
``staff`` (types of account that mean an employment).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.reconciliation.copied import COPIED
from app.reconciliation.members import KNOWN, with_parts

WORKS = "p.employment_status IN ('active', 'on_leave')"
# Seen to have left once is not certain yet (flap damping): not F5's until it is, and nobody else's either.
LEFT = """p.employment_status = 'ended'
  AND NOT EXISTS (SELECT FROM ended_sighting e WHERE e.person_id = p.id AND e.state = 'open')"""
LEVEL = "mg.system_id, '' AS thing, mg.k, 'level:' || mg.level_id AS key"
SEEN = (
    """jsonb_build_object('level', mg.level_id, 'group', mg.group_name, 'since', m.since, 'path', to_jsonb(m.path))"""
)

PARTS = {"[works]": WORKS, "[known]": KNOWN, "[left]": LEFT, "[level]": LEVEL, "[seen]": SEEN}


UNAPPROVED = with_parts(
    """
SELECT m.person_id, [level], [seen] AS detail
FROM ungranted_member m JOIN mapped_group mg ON mg.group_id = m.group_id
""",
    PARTS,
)
# Two readings after it was granted, and in neither of them a member.
WITHOUT_MEMBERSHIP = with_parts(
    """
WITH alone AS MATERIALIZED (SELECT h.grant_id, h.group_id, h.level_id FROM held_right h WHERE h.status = 'active'
  AND NOT EXISTS (SELECT FROM effective_member m WHERE m.group_id = h.group_id AND m.person_id = h.person_id))
SELECT g.subject_id AS person_id, [level],
  jsonb_build_object('level', mg.level_id, 'group', mg.group_name, 'grant', g.id, 'granted_at', g.granted_at) AS detail
FROM alone JOIN access_grant g ON g.id = alone.grant_id
JOIN mapped_level mg ON mg.group_id = alone.group_id AND mg.level_id = alone.level_id
JOIN person p ON p.id = g.subject_id
WHERE [known] AND g.source <> 'emergency' AND g.granted_at < :earlier_at AND g.valid_from < :today
  AND NOT EXISTS (SELECT FROM directory_membership d JOIN directory_account a ON a.object_guid = d.member_guid
    WHERE d.group_id = mg.group_id AND a.person_id = g.subject_id AND d.gone_at > :earlier_at)
""",
    PARTS,
)
ORPHAN = with_parts(
    """
SELECT a.person_id, NULL::int AS system_id, a.object_guid AS thing, 0 AS k, 'account' AS key,
  jsonb_build_object('login', a.login, 'dn', a.dn, 'employee_type', a.employee_type) AS detail
FROM directory_account a LEFT JOIN person p ON p.id = a.person_id
WHERE a.enabled AND a.missing_since IS NULL AND (a.expires_on IS NULL OR a.expires_on >= :today)
  AND lower(a.employee_type) = ANY (:staff)
  AND (p.id IS NULL OR p.employment_status = 'not_found'
    OR ([left] AND coalesce(p.ends_on, :today - 2) < :today - 1))
""",
    PARTS,
)
# What is removed in time is no finding: due the last day or the day after, by the level (C0.4, revoke).
LEAVER = with_parts(
    """
WITH gone AS MATERIALIZED (SELECT p.id, p.ends_on FROM person p WHERE [left])
SELECT m.person_id, [level], [seen] AS detail
FROM gone JOIN effective_member m ON m.person_id = gone.id JOIN mapped_group mg ON mg.group_id = m.group_id
WHERE NOT EXISTS (SELECT FROM held_right h
  WHERE h.person_id = m.person_id AND h.group_id = m.group_id AND h.status IN ('revocation_pending', 'expired')
    AND NOT h.late)
UNION ALL
SELECT g.subject_id, l.system_id, '', coalesce((l.details ->> 'k')::int, s.confidentiality), 'grant:' || g.id,
  jsonb_build_object('level', l.id, 'grant', g.id, 'status', g.status, 'due_on', t.due_on)
FROM gone JOIN access_grant g ON g.subject_id = gone.id
JOIN access_level l ON l.id = g.level_id JOIN system s ON s.id = l.system_id
LEFT JOIN LATERAL (SELECT max(due_on) AS due_on FROM task
  WHERE task.grant_id = g.id AND kind = 'revoke' AND status = 'open') t ON true
WHERE g.revoked_at IS NULL
  AND g.status IN ('pending_activation', 'active', 'suspended', 'revocation_pending', 'expired')
  AND coalesce(t.due_on, gone.ends_on, :today - 1) < :today
""",
    PARTS,
)
# One for each group: what is to be mended is the group, not each of those in it.
NESTED = with_parts(
    """
SELECT NULL::int AS person_id, mg.system_id, c.name AS thing, mg.k, 'level:' || mg.level_id AS key,
  jsonb_build_object('level', mg.level_id, 'group', mg.group_name, 'path', to_jsonb(i.path),
    'members', (SELECT count(*) FROM directory_membership d WHERE d.group_id = c.id AND d.gone_at IS NULL)) AS detail
FROM group_path i JOIN mapped_group mg ON mg.group_id = i.top JOIN directory_group c ON c.id = i.at
WHERE i.at <> i.top AND NOT EXISTS (SELECT FROM mapped_level l WHERE l.group_id = c.id)
""",
    PARTS,
)
UNCATALOGUED = """
SELECT NULL::int AS person_id, NULL::int AS system_id, g.name AS thing, 0 AS k, 'group' AS key,
  jsonb_build_object('group', g.name, 'dn', g.dn) AS detail
FROM directory_group g
WHERE g.missing_since IS NULL AND lower(g.name) LIKE :pattern
  AND NOT EXISTS (SELECT FROM access_level l WHERE lower(l.directory_group) = lower(g.name))
"""
NO_MANAGER = with_parts(
    """
SELECT p.id AS person_id, NULL::int AS system_id, '' AS thing, 0 AS k, 'manager' AS key,
  jsonb_build_object('why', CASE WHEN p.manager_id IS NULL THEN 'vacant' WHEN p.manager_id = p.id THEN 'oneself'
    ELSE 'gone' END) AS detail
FROM person p LEFT JOIN person boss ON boss.id = p.manager_id
WHERE [works] AND (p.manager_id IS NULL OR p.manager_id = p.id OR boss.employment_status IN ('ended', 'not_found'))
""",
    PARTS,
)
EXPIRED = with_parts(
    """
WITH m AS MATERIALIZED (SELECT * FROM effective_member e WHERE (e.person_id, e.group_id) IN
  (SELECT h.person_id, h.group_id FROM held_right h WHERE NOT h.in_use))
SELECT m.person_id, [level], [seen] || jsonb_build_object('grant', last.grant_id) AS detail
FROM m JOIN mapped_group mg ON mg.group_id = m.group_id JOIN person p ON p.id = m.person_id
JOIN LATERAL (SELECT bool_or(h.in_use) AS in_use, max(h.grant_id) AS grant_id,
    bool_and(coalesce(h.late OR h.revoked_at BETWEEN m.since AND :read_at, false)) AS over
  FROM held_right h WHERE h.person_id = m.person_id AND h.group_id = m.group_id
    AND (h.revoked_at IS NULL OR h.revoked_at >= m.since)) last ON true
WHERE [known] AND last.over AND NOT last.in_use
""",
    PARTS,
)
# As app/conflicts shows them, but for what is only noted.
TOXIC = """
SELECT DISTINCT one.subject_id AS person_id, l.system_id, '' AS thing, 0 AS k, 'pair:' || pair.id AS key,
  jsonb_build_object('pair', pair.id, 'levels', jsonb_build_array(pair.first_level_id, pair.second_level_id)) AS detail
FROM toxic_pair pair JOIN access_level l ON l.id = pair.first_level_id
JOIN access_grant one ON one.level_id = pair.first_level_id
JOIN access_grant other ON other.level_id = pair.second_level_id AND other.subject_id = one.subject_id
  AND (NOT pair.same_scope OR one.scope = '' OR other.scope = '' OR lower(one.scope) = lower(other.scope))
WHERE pair.active AND pair.mode <> 'record'
  AND one.status IN ('pending_activation', 'active', 'suspended', 'revocation_pending', 'expired')
  AND other.status IN ('pending_activation', 'active', 'suspended', 'revocation_pending', 'expired')
  AND NOT EXISTS (SELECT FROM toxic_exemption e WHERE e.pair_id = pair.id AND e.subject_id = one.subject_id
    AND e.status = 'approved' AND e.valid_to >= :today)
"""
ROLE_GAP = """
SELECT NULL::int AS person_id, s.id AS system_id, '' AS thing, s.confidentiality AS k, gap.key,
  jsonb_build_object('managers', held.managers, 'least', s.min_managers, 'valid_to', s.guideline_valid_to) AS detail
FROM system s CROSS JOIN LATERAL (
  SELECT count(DISTINCT a.person_id) FILTER (WHERE a.role = 'system_owner') AS owners,
    count(DISTINCT a.person_id) FILTER (WHERE a.role = 'system_manager') AS managers
  FROM appointment a JOIN person p ON p.id = a.person_id AND p.employment_status NOT IN ('ended', 'not_found')
  WHERE a.system_id = s.id AND a.valid_from <= :today AND (a.valid_to IS NULL OR a.valid_to >= :today)
) held CROSS JOIN LATERAL (VALUES ('no_owner', held.owners = 0), ('few_managers', held.managers < s.min_managers),
  ('guideline_expired', coalesce(s.guideline_valid_to < :today, false))) AS gap (key, is_there)
WHERE s.lifecycle = 'production' AND gap.is_there
"""
SHARED = with_parts(
    """
SELECT NULL::int AS person_id, mg.system_id, m.member_guid AS thing, mg.k, 'level:' || mg.level_id AS key,
  [seen] || jsonb_build_object('dn', m.member_dn) AS detail
FROM effective_member m JOIN mapped_group mg ON mg.group_id = m.group_id
WHERE m.person_id IS NULL AND mg.profile IN ('sensitive', 'privileged')
""",
    PARTS,
)

DETECTORS: Mapping[str, str] = {
    "unapproved_membership": UNAPPROVED,
    "copied_account": COPIED,
    "grant_without_membership": WITHOUT_MEMBERSHIP,
    "orphan_account": ORPHAN,
    "leaver_has_access": LEAVER,
    "nested_path": NESTED,
    "uncatalogued_group": UNCATALOGUED,
    "manager_missing": NO_MANAGER,
    "expired_still_member": EXPIRED,
    "toxic_combination": TOXIC,
    "role_gap": ROLE_GAP,
    "shared_or_generic": SHARED,
}
