"""What must hold of the rows, whatever has happened: each rule is one SELECT that finds what breaks it.

Nothing here asks the product: the rules are read from the tables and the log by a connection of their own. ``since``
is when the present step began, ``today`` its local date: what is asked and decided is judged when it is done, by how
things stood then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

# Seen as ended once, and not believed yet (field.md B6): nothing has followed.
IN_DOUBT = "EXISTS (SELECT FROM ended_sighting e WHERE e.person_id = p.id AND e.state = 'open')"
GONE = f"(p.employment_status = 'ended' AND NOT {IN_DOUBT})"
# Who may answer a task in their own right, by the tables as they stand: managers above the subject, and roles in force.
AUTHORITY = """
WITH RECURSIVE up AS (
  SELECT id AS subject_id, manager_id AS person_id, ARRAY[id, manager_id] AS path FROM person WHERE manager_id <> id
UNION ALL
  SELECT up.subject_id, p.manager_id, up.path || p.manager_id FROM up JOIN person p ON p.id = up.person_id
  WHERE p.manager_id <> ALL (up.path)
), about AS (
  SELECT t.id AS task_id, t.kind, t.round, t.status, t.request_id, r.orderer_id, r.receiving_unit_id, r.case_number,
    coalesce(r.subject_id, g.subject_id) AS subject_id, l.system_id, l.profile,
    t.kind IN ('manager_approval', 'receiving_approval', 'owner_approval', 'other_board_approval', 'grant') AS decides
  FROM task t LEFT JOIN access_grant g ON g.id = t.grant_id LEFT JOIN access_request r ON r.id = t.request_id
  JOIN access_level l ON l.id = coalesce(r.level_id, g.level_id)
), in_force AS (
  SELECT * FROM appointment WHERE valid_from <= %(today)s AND (valid_to IS NULL OR valid_to >= %(today)s)
), standing_in AS (
  SELECT person_id AS principal, deputy_id FROM deputyship
  WHERE valid_from <= %(today)s AND valid_to >= %(today)s
), own AS (
  SELECT task_id, up.person_id FROM about JOIN up USING (subject_id)
  WHERE kind IN ('manager_approval', 'prerequisite', 'introduction', 'activation')
UNION
  SELECT task_id, up.person_id FROM about JOIN person w ON w.unit_id = receiving_unit_id JOIN up ON up.subject_id = w.id
  WHERE kind = 'receiving_approval'
UNION
  SELECT task_id, f.person_id FROM about JOIN in_force f ON
    f.role IN ('infosec_coordinator', 'it_manager') AND (decides OR kind IN ('revoke', 'introduction'))
    OR f.role = 'board_manager'
      AND kind IN ('manager_approval', 'receiving_approval', 'owner_approval', 'other_board_approval')
    OR f.role = 'system_owner' AND f.system_id = about.system_id
      AND kind IN ('owner_approval', 'grant', 'revoke', 'introduction')
    OR f.role = 'system_manager' AND f.system_id = about.system_id AND kind IN ('grant', 'revoke', 'introduction')
UNION
  SELECT task_id, orderer_id FROM about WHERE kind = 'complete_request'
UNION
  SELECT task_id, subject_id FROM about WHERE kind IN ('prerequisite', 'activation')
), deciders AS (
  SELECT t.request_id, t.id AS task_id, t.round, t.decided_at,
    CASE t.kind WHEN 'receiving_approval' THEN 'manager_approval' ELSE t.kind END AS kind, who.person_id
  FROM task t CROSS JOIN LATERAL (VALUES (t.decided_by_id), (t.on_behalf_of_id)) AS who (person_id)
  WHERE t.status = 'done' AND t.verdict IN ('approve', 'grant') AND who.person_id IS NOT NULL
), able AS (
  SELECT a.task_id, a.person_id FROM task_addressee a JOIN person p ON p.id = a.person_id JOIN about USING (task_id)
  WHERE a.removed_at IS NULL AND (p.employment_status IN ('active', 'on_leave') OR [in doubt])
    AND (NOT decides OR a.person_id NOT IN (subject_id, orderer_id))
    AND CASE
      WHEN a.role = 'deputy' THEN (a.on_behalf_of_id, a.person_id) IN (SELECT principal, deputy_id FROM standing_in)
      WHEN a.role <> 'reassigned' AND a.why IN ('system_manager', 'system_owner') THEN EXISTS (
        SELECT FROM in_force f WHERE f.role = a.why AND f.person_id = a.person_id AND f.system_id = about.system_id)
      WHEN a.role <> 'reassigned' AND a.why IN (
        'board_manager', 'system_board_manager', 'coordinator', 'it_manager') THEN EXISTS (
        SELECT FROM in_force f WHERE f.person_id = a.person_id
          AND f.role = CASE a.why WHEN 'coordinator' THEN 'infosec_coordinator'
            WHEN 'system_board_manager' THEN 'board_manager' ELSE a.why END)
      ELSE true END
), could AS (
  SELECT own.task_id, own.person_id FROM own JOIN person p ON p.id = own.person_id JOIN about USING (task_id)
  WHERE p.employment_status = 'active'
    AND (NOT decides AND kind NOT IN ('revoke', 'introduction') OR own.person_id <> about.subject_id)
    AND (NOT decides OR own.person_id <> about.orderer_id)
    AND (profile NOT IN ('sensitive', 'privileged') OR NOT EXISTS (
      SELECT FROM deciders d WHERE d.request_id = about.request_id AND d.round = about.round
        AND d.person_id = own.person_id))
UNION
  SELECT task_id, up.person_id FROM about JOIN up USING (subject_id) JOIN person p ON p.id = up.person_id
  WHERE kind = 'complete_request' AND p.employment_status = 'active'
)
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """``finds`` selects one text for each thing that breaks what ``says`` says; ``of`` is the invariant of issue 3."""

    name: str
    of: str
    says: str
    finds: str


RULES = (
    Rule(
        "employment_and_base",
        "2",
        "no right without an employment check stored with the granting move, and a base right in force then",
        """
        SELECT r.case_number FROM audit_event e JOIN access_request r ON r.id = e.request_id
        JOIN access_level l ON l.id = r.level_id
        WHERE e.event = 'request.grant' AND e.state_to = 'granted' AND NOT coalesce((
          (e.evidence ->> 'person_id')::integer = r.subject_id
          AND (e.evidence ->> 'looked_up_at')::timestamptz BETWEEN e.at - interval '5 minutes' AND e.at
          AND (e.evidence ->> 'status' = 'active' OR e.evidence ->> 'status' = 'future'
            AND (e.evidence ->> 'starts_on')::date <= e.at::date + 60)
          AND (l.is_base OR EXISTS (
            SELECT FROM access_grant b JOIN access_level bl ON bl.id = b.level_id
            WHERE bl.is_base AND b.subject_id = r.subject_id AND b.granted_at <= e.at
              AND (b.revoke_ordered_at IS NULL OR b.revoke_ordered_at > e.at)))), false)
        """,
    ),
    Rule(
        "granted_by_a_move",
        "2",
        "every right that came by an order has the granting move in the log, and the other way round",
        """
        SELECT 'right ' || g.id FROM access_grant g LEFT JOIN access_request r ON r.id = g.request_id
        WHERE g.source = 'request' AND (r.id IS NULL OR r.state NOT IN ('granted', 'revoked') OR NOT EXISTS (
          SELECT FROM audit_event e WHERE e.request_id = r.id AND e.event = 'request.grant'
            AND e.state_to = 'granted' AND e.at = g.granted_at AND e.actor_id = g.granted_by_id))
        UNION ALL
        SELECT r.case_number FROM access_request r JOIN audit_event e ON e.request_id = r.id
        WHERE e.event = 'request.grant' AND e.state_to = 'granted' AND r.grant_id IS NULL
          AND NOT EXISTS (SELECT FROM access_grant g WHERE g.request_id = r.id)
        """,
    ),
    Rule(
        "nobody_about_themselves",
        "3",
        "nobody decides about their own access or their own order, nor does somebody in their name",
        """
        SELECT r.case_number || ' ' || t.kind FROM task t JOIN access_request r ON r.id = t.request_id
        WHERE t.decided_at >= %(since)s AND t.status = 'done'
          AND t.kind IN ('manager_approval', 'receiving_approval', 'owner_approval', 'other_board_approval', 'grant')
          AND (r.subject_id IN (t.decided_by_id, t.on_behalf_of_id)
            OR t.reason NOT IN ('implicit', 'same_answer') AND r.orderer_id IN (t.decided_by_id, t.on_behalf_of_id))
        UNION ALL
        SELECT 'right ' || g.id FROM access_grant g
        WHERE g.subject_id IN (g.granted_by_id, g.revoked_by_id, g.introduced_by_id)
        """,
    ),
    Rule(
        "somebody_else_decided",
        "3",
        "every granted order has an answer, given and not inferred, of somebody who is neither subject nor orderer",
        """
        SELECT r.case_number FROM access_request r WHERE r.state IN ('granted', 'revoked') AND NOT EXISTS (
          SELECT FROM task t WHERE t.request_id = r.id AND t.round = r.round AND t.status = 'done'
            AND t.verdict IN ('approve', 'grant') AND t.reason NOT IN ('implicit', 'same_answer')
            AND t.decided_by_id NOT IN (r.subject_id, r.orderer_id))
        """,
    ),
    Rule(
        "three_people",
        "4",
        "sensitive and privileged: manager, owner and grantor are three people, also behind deputies",
        AUTHORITY
        + """
        SELECT DISTINCT r.case_number FROM access_request r JOIN access_level l ON l.id = r.level_id
        WHERE l.profile IN ('sensitive', 'privileged') AND r.state IN ('granted', 'revoked') AND (
          (SELECT count(DISTINCT d.kind) FROM deciders d WHERE d.request_id = r.id AND d.round = r.round) < 3
          OR EXISTS (SELECT FROM deciders a JOIN deciders b USING (request_id, round, person_id)
            WHERE a.request_id = r.id AND a.round = r.round AND a.kind < b.kind))
        """,
    ),
    Rule(
        "every_step_answered",
        "3",
        "a granted order has its manager's approval and its grant, both in the round that led to it",
        """
        SELECT r.case_number FROM access_request r WHERE r.state IN ('granted', 'revoked') AND (
          SELECT count(DISTINCT t.kind) FROM task t WHERE t.request_id = r.id AND t.round = r.round
            AND t.status = 'done' AND (t.kind, t.verdict) IN (('manager_approval', 'approve'), ('grant', 'grant'))) < 2
        """,
    ),
    Rule(
        "no_timer_decides",
        "5",
        "no timer approves, grants, rejects or returns: each answer has a person",
        """
        SELECT event || ' ' || coalesce(request_id::text, '') FROM audit_event
        WHERE event IN ('request.approve', 'request.grant', 'request.reject', 'request.return', 'request.submit')
          AND (actor_id IS NULL OR channel = 'system')
          OR event IN ('request.approve_implicitly', 'grant.issued', 'grant.revoked', 'grant.introduced')
          AND actor_id IS NULL
        UNION ALL
        SELECT 'task ' || id FROM task WHERE status = 'done' AND decided_by_id IS NULL
        UNION ALL
        SELECT 'right ' || id FROM access_grant WHERE source = 'request' AND granted_by_id IS NULL
        """,
    ),
    Rule(
        "removal_goes_on",
        "5",
        "what shall be removed is asked of somebody until it is, and the removal never lapses",
        """
        SELECT 'task ' || t.id FROM task t WHERE t.kind = 'revoke' AND (t.lapses_on IS NOT NULL OR t.status = 'lapsed'
          OR EXISTS (SELECT FROM task_clock c WHERE c.task_id = t.id AND c.act = 'lapse'))
        UNION ALL
        SELECT 'right ' || g.id FROM access_grant g WHERE g.status IN ('revocation_pending', 'expired')
          AND NOT EXISTS (SELECT FROM task t WHERE t.grant_id = g.id AND t.kind = 'revoke' AND t.status = 'open')
        UNION ALL
        SELECT 'right ' || g.id FROM access_grant g WHERE g.status = 'revoked' AND NOT EXISTS (
          SELECT FROM task t WHERE t.grant_id = g.id AND t.kind = 'revoke' AND t.status = 'done'
            AND t.decided_by_id = g.revoked_by_id)
        """,
    ),
    Rule(
        "leavers_hold_nothing",
        "5",
        "who has left holds nothing whose removal is not ordered, and has no order under way",
        """
        SELECT p.display_name FROM person p WHERE [gone] AND (
          EXISTS (SELECT FROM access_grant g WHERE g.subject_id = p.id
            AND g.status IN ('active', 'suspended', 'pending_activation'))
          OR EXISTS (SELECT FROM access_request r WHERE r.subject_id = p.id
            AND r.submitted_at IS NOT NULL AND r.ended_at IS NULL))
        """,
    ),
    Rule(
        "asked_are_at_work",
        "6",
        "nobody is asked who does not work here, or who is away with nobody asked in their stead",
        AUTHORITY
        + """
        SELECT p.display_name || ' (' || p.employment_status || '), ' || kind || ' ' || coalesce(case_number, '')
        FROM task_addressee a JOIN person p ON p.id = a.person_id JOIN about USING (task_id)
        WHERE a.added_at >= %(since)s AND a.removed_at IS NULL AND p.employment_status <> 'active'
          AND NOT (p.id = subject_id AND p.employment_status IN ('on_leave', 'future'))
          AND NOT (p.employment_status = 'on_leave' AND EXISTS (
            SELECT FROM task_addressee d JOIN person dp ON dp.id = d.person_id
            WHERE d.task_id = a.task_id AND d.on_behalf_of_id = a.person_id AND d.removed_at IS NULL
              AND dp.employment_status = 'active'))
        UNION ALL
        SELECT p.display_name || ' has left, ' || kind || ' ' || coalesce(case_number, '')
        FROM task_addressee a JOIN person p ON p.id = a.person_id JOIN about USING (task_id)
        WHERE about.status = 'open' AND a.removed_at IS NULL AND [gone]
        """,
    ),
    Rule(
        "somebody_can_answer",
        "6",
        "an order under way has an open task that somebody can answer, or waits for a reason that it states",
        AUTHORITY
        + """
        SELECT r.case_number || ' ' || r.state || ': nobody is asked' FROM access_request r
        WHERE r.submitted_at IS NOT NULL AND r.ended_at IS NULL AND r.state <> 'waiting_prerequisites' AND NOT EXISTS (
          SELECT FROM task t WHERE t.request_id = r.id AND t.status = 'open' AND t.round = r.round
            AND t.kind <> 'prerequisite')
        UNION ALL
        SELECT r.case_number || ' waits without a reason or an end' FROM access_request r
        WHERE r.state = 'waiting_prerequisites' AND (r.wait_reason = '' OR r.lapses_on IS NULL)
        UNION ALL
        SELECT kind || ' ' || coalesce(case_number, '') || ' (task ' || task_id || '): nobody who is asked can answer'
        FROM about WHERE status = 'open' AND kind NOT IN ('prerequisite', 'activation')
          AND NOT EXISTS (SELECT FROM able WHERE able.task_id = about.task_id)
          AND EXISTS (SELECT FROM could WHERE could.task_id = about.task_id)
        """,
    ),
    Rule(
        "within_authority",
        "7",
        "whoever is asked has the step's authority, or stands in for somebody who has, without a chain",
        AUTHORITY
        + """
        SELECT p.display_name || ' as ' || a.role || '/' || a.why || ', ' || kind || ' ' || coalesce(case_number, '')
        FROM task_addressee a JOIN person p ON p.id = a.person_id JOIN about USING (task_id)
        WHERE a.added_at >= %(since)s AND a.removed_at IS NULL AND (
          (a.task_id, coalesce(a.on_behalf_of_id, a.person_id)) NOT IN (SELECT task_id, person_id FROM own)
          OR a.on_behalf_of_id IS NOT NULL
            AND (a.on_behalf_of_id, a.person_id) NOT IN (SELECT principal, deputy_id FROM standing_in)
          OR decides AND (subject_id IN (a.person_id, a.on_behalf_of_id)
            OR orderer_id IN (a.person_id, a.on_behalf_of_id))
          OR kind IN ('revoke', 'introduction') AND a.person_id = subject_id)
        """,
    ),
    Rule(
        "only_the_asked_answer",
        "7",
        "an answer is given by somebody who is asked, in that capacity, while it lasts",
        AUTHORITY
        + """
        SELECT coalesce(p.display_name, '?') || ', ' || t.kind || ' ' || coalesce(case_number, '')
        FROM task t JOIN about ON about.task_id = t.id LEFT JOIN person p ON p.id = t.decided_by_id
        LEFT JOIN task_addressee a ON a.task_id = t.id AND a.person_id = t.decided_by_id AND a.removed_at IS NULL
        WHERE t.decided_at >= %(since)s AND t.status = 'done' AND t.kind <> 'prerequisite'
          AND CASE WHEN t.reason IN ('implicit', 'same_answer') THEN
            (t.id, coalesce(t.on_behalf_of_id, t.decided_by_id)) NOT IN (SELECT task_id, person_id FROM own)
          ELSE a.id IS NULL OR a.on_behalf_of_id IS DISTINCT FROM t.on_behalf_of_id
            OR (t.id, t.decided_by_id) NOT IN (SELECT task_id, person_id FROM able)
          END AND t.kind <> 'activation'
        """,
    ),
    Rule(
        "one_digest_a_day",
        "digest",
        "each person gets at most one digest a day",
        """
        SELECT 'person ' || recipient_id || ' on ' || day FROM (
          SELECT recipient_id, (queued_at AT TIME ZONE 'Europe/Stockholm')::date AS day FROM outbox_mail
          WHERE template = 'digest') AS digests
        GROUP BY recipient_id, day HAVING count(*) > 1
        """,
    ),
    Rule(
        "asked_by_one_mail",
        "mail",
        "nobody gets more mails about a task than they were asked it, and nobody who has left gets any",
        """
        SELECT template || ' to person ' || recipient_id || ' about task ' || task_id FROM outbox_mail m
        WHERE task_id IS NOT NULL AND template LIKE 'task\\_%%' AND template <> 'task_reminder'
        GROUP BY template, recipient_id, task_id HAVING recipient_id IS NOT NULL AND count(*) > (
          SELECT count(*) FROM audit_event e CROSS JOIN LATERAL jsonb_array_elements(e.data -> 'asked') AS asked
          WHERE e.event = 'task.asked' AND e.object_id = m.task_id
            AND (asked ->> 'person')::integer = m.recipient_id)
        UNION ALL
        SELECT m.template || ' to ' || p.display_name FROM outbox_mail m JOIN person p ON p.id = m.recipient_id
        WHERE m.sent_at >= %(since)s AND p.employment_status = 'ended'
        """,
    ),
    Rule(
        "ended_is_quiet",
        "audit",
        "nobody is asked about an order that has ended",
        """
        SELECT r.case_number || ' ' || t.kind FROM task t JOIN access_request r ON r.id = t.request_id
        WHERE t.status = 'open' AND r.ended_at IS NOT NULL
        """,
    ),
    Rule(
        "order_in_the_log",
        "audit",
        "the log tells every state that an order has been in, without a gap",
        """
        WITH moves AS (
          SELECT request_id, id, state_from, state_to,
            lag(state_to, 1, 'draft') OVER (PARTITION BY request_id ORDER BY id) AS before
          FROM audit_event WHERE event LIKE 'request.%%' AND state_to <> ''
        )
        SELECT 'order ' || request_id || ': ' || before || ' <> ' || state_from FROM moves WHERE before <> state_from
        UNION ALL
        SELECT r.case_number || ' ' || r.state FROM access_request r WHERE r.state <> coalesce(
          (SELECT state_to FROM moves WHERE request_id = r.id ORDER BY id DESC LIMIT 1), 'draft')
        """,
    ),
    Rule(
        "right_in_the_log",
        "audit",
        "the log tells that a right began, was introduced, was to end, and is gone",
        """
        WITH told AS (SELECT object_id, event FROM audit_event WHERE object_type = 'grant')
        SELECT 'right ' || g.id || ' ' || g.status FROM access_grant g WHERE
          g.source = 'request' AND (g.id, 'grant.issued') NOT IN (SELECT * FROM told)
          OR g.introduced_at IS NOT NULL AND (g.id, 'grant.introduced') NOT IN (SELECT * FROM told)
          OR g.received_at IS NOT NULL AND (g.id, 'grant.activated') NOT IN (SELECT * FROM told)
          OR g.status IN ('revocation_pending', 'expired', 'revoked')
            AND (g.id, 'grant.revocation_ordered') NOT IN (SELECT * FROM told)
          OR g.status = 'revoked' AND (g.id, 'grant.revoked') NOT IN (SELECT * FROM told)
          OR EXISTS (SELECT FROM access_level l WHERE l.id = g.level_id AND l.profile = 'sensitive')
            AND g.source = 'request' AND g.status = 'active' AND (g.received_at IS NULL OR g.introduced_at IS NULL)
        """,
    ),
    Rule(
        "answer_in_the_log",
        "audit",
        "each answer stands in the log, with the same person, on behalf of the same, at the same moment",
        """
        SELECT t.kind || ' (task ' || t.id || ')' FROM task t
        WHERE t.status = 'done' AND t.kind NOT IN ('prerequisite') AND NOT EXISTS (
          SELECT FROM audit_event e WHERE e.at = t.decided_at AND e.actor_id = t.decided_by_id
            AND e.on_behalf_of_id IS NOT DISTINCT FROM t.on_behalf_of_id
            AND CASE WHEN t.request_id IS NULL THEN e.object_type = 'grant' AND e.object_id = t.grant_id
              ELSE e.request_id = t.request_id AND e.event LIKE 'request.%%' END)
        """,
    ),
    Rule(
        "roles_in_the_log",
        "audit",
        "the log tells who was given a role or a deputy, who passed a task on, and what became of an employment",
        """
        SELECT 'deputyship ' || d.id FROM deputyship d WHERE NOT EXISTS (SELECT FROM audit_event e
          WHERE e.event = 'deputy.named' AND e.object_id = d.id)
        UNION ALL
        SELECT 'appointment ' || a.id FROM appointment a WHERE a.source <> 'test' AND NOT EXISTS (
          SELECT FROM audit_event e WHERE e.event = 'appointment.appointed' AND e.object_id = a.id)
        UNION ALL
        SELECT 'task ' || a.task_id FROM task_addressee a WHERE a.role = 'reassigned' AND NOT EXISTS (
          SELECT FROM audit_event e WHERE e.event = 'task.reassigned' AND e.object_id = a.task_id)
        UNION ALL
        SELECT p.display_name || ' ' || p.employment_status FROM person p WHERE p.employment_status <> coalesce((
          SELECT state_to FROM audit_event e WHERE e.event = 'employment.changed' AND e.object_id = p.id
          ORDER BY id DESC LIMIT 1), 'active')
        UNION ALL
        SELECT 'handover ' || h.id || ' ' || h.state FROM role_handover h WHERE h.state <> coalesce((
          SELECT state_to FROM audit_event e WHERE e.object_type = 'handover' AND e.object_id = h.id
          ORDER BY id DESC LIMIT 1), '')
        UNION ALL
        SELECT 'version ' || v.process || ' ' || v.version FROM workflow_version v
        WHERE v.proposed_by_id IS NOT NULL AND (v.proposed_by_id = v.activated_by_id OR NOT EXISTS (
          SELECT FROM audit_event e WHERE e.object_type = 'workflow_version' AND e.object_id = v.id
            AND e.event = CASE WHEN v.activated_at IS NULL THEN 'workflow.proposed' ELSE 'workflow.activated' END))
        """,
    ),
    Rule(
        "link_spent_once",
        "link",
        "each answer by a mail's link has spent one link of that task, alive until then; a spent link answers nothing",
        """
        SELECT 'event ' || e.id FROM audit_event e WHERE e.channel = 'mail-link' AND e.state_to <> '' AND (
          SELECT count(*) FROM decision_link k JOIN task t ON t.id = k.task_id
          WHERE t.request_id = e.request_id AND k.used_at = e.at AND k.person_id = e.actor_id
            AND k.round = t.round) <> 1
          AND e.event IN ('request.approve', 'request.reject', 'request.return')
        UNION ALL
        SELECT 'link ' || k.id FROM decision_link k JOIN task t ON t.id = k.task_id WHERE k.used_at IS NOT NULL AND (
          k.used_at >= k.expires_at OR k.used_at > k.revoked_at OR NOT EXISTS (
            SELECT FROM audit_event e WHERE e.request_id = t.request_id AND e.channel = 'mail-link'
              AND e.at = k.used_at AND e.actor_id = k.person_id AND e.state_to <> ''))
        UNION ALL
        SELECT 'task ' || task_id FROM decision_link WHERE used_at IS NOT NULL GROUP BY task_id HAVING count(*) > 1
        UNION ALL
        SELECT 'link ' || k.id || ' of a leaver' FROM decision_link k JOIN person p ON p.id = k.person_id
        WHERE [gone] AND k.used_at IS NULL AND k.revoked_at IS NULL
        """,
    ),
    Rule(
        "no_toxic_pair",
        "G13",
        "nobody was given both sides of a toxic pair without an exemption that two had approved",
        """
        SELECT 'rights ' || a.id || ' and ' || b.id FROM access_grant a
        JOIN access_grant b ON b.subject_id = a.subject_id AND b.granted_at > a.granted_at AND b.source = 'request'
        JOIN toxic_pair t ON t.active AND (a.level_id, b.level_id) IN
          ((t.first_level_id, t.second_level_id), (t.second_level_id, t.first_level_id))
        WHERE (a.revoke_ordered_at IS NULL OR a.revoke_ordered_at > b.granted_at) AND NOT (
          t.mode = 'record' OR t.mode = 'approve' AND EXISTS (
            SELECT FROM toxic_exemption x WHERE x.pair_id = t.id AND x.subject_id = a.subject_id
              AND greatest(x.owner_at, x.coordinator_at) <= b.granted_at AND x.status IN ('approved', 'ended')
              AND x.owner_id <> x.coordinator_id
              AND a.subject_id NOT IN (x.owner_id, x.coordinator_id)
              AND x.asked_by_id NOT IN (x.owner_id, x.coordinator_id)
              AND x.valid_to >= (b.granted_at AT TIME ZONE 'Europe/Stockholm')::date))
        """,
    ),
    Rule(
        "its_own_version",
        "versions",
        "an order follows the version that was active when it began, unless somebody moved it, on record",
        """
        SELECT r.case_number FROM access_request r WHERE r.definition_version <> coalesce((
          SELECT (e.data ->> 'version_to')::integer FROM audit_event e
          WHERE e.request_id = r.id AND e.event = 'request.move_version' AND e.actor_id IS NOT NULL
          ORDER BY e.id DESC LIMIT 1
        ), (
          SELECT v.version FROM workflow_version v WHERE v.process = r.process AND v.activated_at <= r.created_at
          ORDER BY v.activated_at DESC LIMIT 1
        ))
        """,
    ),
)
LOG = """
SELECT coalesce(max(id), 0), md5(coalesce(string_agg(e::text, '' ORDER BY id), '')) FROM audit_event e WHERE id <= %s
"""
NEWEST = "SELECT coalesce(max(id), 0) FROM audit_event"


class Ledger:
    """Reads what is stored, by a connection that the product does not know."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._log: tuple[int, str] = (0, "")

    def begin(self) -> None:
        """A new example: the log is as it is now."""
        self._log = (0, "")
        self._remember()

    def broken(self, since: datetime, today: date) -> list[str]:
        """Every rule that does not hold, with what breaks it; and whether an old row of the log has changed."""
        found = []
        for rule in RULES:
            rows = self.rows(rule.finds, since=since, today=today)
            found += [f"{rule.name} (invariant {rule.of}): {rule.says}: {text}" for (text,) in rows]
        if self._log_has_changed():
            found.append("log_is_append_only: a row of the log is not what it was")
        self._remember()
        return found

    def rows(self, statement: str, **given: Any) -> list[tuple[Any, ...]]:
        """What a SELECT finds."""
        return self._connection.execute(_written(statement).encode(), given or None, prepare=True).fetchall()

    @contextmanager
    def supposing(self, forgery: str) -> Iterator[None]:
        """Change rows as the product never may (its triggers and keys stand back), look, and undo it all."""
        with self._connection.transaction(force_rollback=True):
            self._connection.execute("SET LOCAL session_replication_role = replica")
            self._connection.execute(forgery.encode())
            kept = self._log
            yield
            self._log = kept

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _log_has_changed(self) -> bool:
        number, digest = self._log
        return self._connection.execute(LOG.encode(), [number]).fetchone() != (number, digest) and number > 0

    def _remember(self) -> None:
        number = self._connection.execute(NEWEST.encode()).fetchone()
        assert number is not None
        known = self._connection.execute(LOG.encode(), [number[0]]).fetchone()
        assert known is not None
        self._log = known


def _written(statement: str) -> str:
    return statement.replace("[gone]", GONE).replace("[in doubt]", IN_DOUBT)
