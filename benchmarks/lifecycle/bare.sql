-- One statement a step. The rows are those of the product's step: the run prints both counts.
-- step: submit
WITH moved AS (
  INSERT INTO access_request (case_number, process, definition_version, kind, state, wait_reason, version, round,
    subject_id, orderer_id, orderer_authority, level_id, scope, valid_from, justification, cost_centre,
    remote_access, guideline_version, question, created_at, submitted_at, state_since)
  VALUES ('BARE-' || nextval('case_number'), 'business_system', 1, 'new', 'requested', '', 2, 1,
    %(me)s, %(me)s, 'self', %(number)s, '', %(today)s, %(justification)s, '',
    false, '1.0', '', %(now)s, %(now)s, %(now)s)
  RETURNING id
), asked AS (
  INSERT INTO task (kind, step, request_id, round, status, created_at, due_on, verdict, reason, mail_trouble)
  SELECT 'manager_approval', 'manager_approval', id, 1, 'open', %(now)s, %(due)s, '', '', '' FROM moved
  RETURNING id, request_id
), addressees AS (
  INSERT INTO task_addressee (task_id, person_id, role, why, added_at)
  SELECT id, who, 'addressee', 'line_manager', %(now)s
  FROM asked, unnest(string_to_array(%(asked)s, ',')::int[]) AS who
), clocks AS (
  INSERT INTO task_clock (task_id, act, ask, fires_on)
  SELECT id, act, '', %(due)s FROM asked, unnest(string_to_array(%(acts)s, ',')) AS act
), logged AS (
  INSERT INTO audit_event (at, event, actor_id, actor_role, channel, object_type, object_id, request_id,
    state_from, state_to, reason, round, guards, evidence, documents, data)
  SELECT %(now)s, 'request.submit', %(me)s, 'orderer', 'web', 'request', id, id,
    'draft', 'requested', '', 1, %(guards)s::jsonb, %(evidence)s::jsonb, '{}'::jsonb, '{}'::jsonb FROM moved
  UNION ALL
  SELECT %(now)s, 'task.asked', NULL, 'time', 'system', 'task', id, request_id,
    '', '', '', NULL, '[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{"asked": []}'::jsonb FROM asked
), mails AS (
  INSERT INTO outbox_mail (key, template, recipient_id, mailbox, task_id, data, status, attempts, queued_at,
    next_attempt_at, sent_to, subject, error)
  SELECT 'bare:task:' || id || ':' || who, 'task_asked', who, '', id, %(evidence)s::jsonb, 'queued', 0, %(now)s,
    %(now)s, '', '', '' FROM asked, unnest(string_to_array(%(asked)s, ',')::int[]) AS who
)
SELECT id FROM asked
-- step: approve
WITH answered AS (
  UPDATE task SET status = 'done', verdict = 'approve', decided_at = %(now)s, decided_by_id = %(me)s
  WHERE id = %(number)s AND status = 'open' RETURNING request_id
), moved AS (
  UPDATE access_request r SET state = 'manager_approved', state_since = %(now)s, version = r.version + 1
  FROM answered WHERE r.id = answered.request_id AND r.state = 'requested' RETURNING r.id
), asked AS (
  INSERT INTO task (kind, step, request_id, round, status, created_at, due_on, verdict, reason, mail_trouble)
  SELECT 'grant', 'grant', id, 1, 'open', %(now)s, %(due)s, '', '', '' FROM moved RETURNING id, request_id
), addressees AS (
  INSERT INTO task_addressee (task_id, person_id, role, why, added_at)
  SELECT id, who, 'addressee', 'system_manager', %(now)s
  FROM asked, unnest(string_to_array(%(asked)s, ',')::int[]) AS who
), clocks AS (
  INSERT INTO task_clock (task_id, act, ask, fires_on)
  SELECT id, act, '', %(due)s FROM asked, unnest(string_to_array(%(acts)s, ',')) AS act
), logged AS (
  INSERT INTO audit_event (at, event, actor_id, actor_role, channel, object_type, object_id, request_id,
    state_from, state_to, reason, round, guards, evidence, documents, data)
  SELECT %(now)s, 'request.approve', %(me)s, 'line_manager', 'web', 'request', id, id,
    'requested', 'manager_approved', '', 1, %(guards)s::jsonb, %(evidence)s::jsonb, '{}'::jsonb, '{}'::jsonb FROM moved
  UNION ALL
  SELECT %(now)s, 'task.asked', NULL, 'time', 'system', 'task', id, request_id,
    '', '', '', NULL, '[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{"asked": []}'::jsonb FROM asked
), mails AS (
  INSERT INTO outbox_mail (key, template, recipient_id, mailbox, task_id, data, status, attempts, queued_at,
    next_attempt_at, sent_to, subject, error)
  SELECT 'bare:task:' || id || ':' || who, 'task_asked', who, '', id, %(evidence)s::jsonb, 'queued', 0, %(now)s,
    %(now)s, '', '', '' FROM asked, unnest(string_to_array(%(asked)s, ',')::int[]) AS who
)
SELECT id FROM asked
-- step: grant
WITH answered AS (
  UPDATE task SET status = 'done', verdict = 'grant', decided_at = %(now)s, decided_by_id = %(me)s
  WHERE id = %(number)s AND status = 'open' RETURNING request_id
), moved AS (
  UPDATE access_request r SET state = 'granted', state_since = %(now)s, ended_at = %(now)s, version = r.version + 1
  FROM answered WHERE r.id = answered.request_id AND r.state = 'manager_approved'
  RETURNING r.id, r.subject_id, r.level_id
), issued AS (
  INSERT INTO access_grant (request_id, subject_id, level_id, scope, status, source, valid_from, granted_by_id,
    granted_at, target_user_id, done_on, revoke_reason, version)
  SELECT id, subject_id, level_id, '', 'active', 'request', %(today)s, %(me)s,
    %(now)s, %(target_user_id)s, %(today)s, '', 1 FROM moved RETURNING id, request_id, subject_id
), logged AS (
  INSERT INTO audit_event (at, event, actor_id, actor_role, channel, object_type, object_id, request_id,
    state_from, state_to, reason, round, guards, evidence, documents, data)
  SELECT %(now)s, 'request.grant', %(me)s, 'system_manager', 'web', 'request', id, id,
    'manager_approved', 'granted', '', 1, %(guards)s::jsonb, %(evidence)s::jsonb, '{}'::jsonb, '{}'::jsonb FROM moved
  UNION ALL
  SELECT %(now)s, 'grant.issued', %(me)s, 'system_manager', 'web', 'grant', id, request_id,
    '', '', '', NULL, '[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb FROM issued
), mails AS (
  INSERT INTO outbox_mail (key, template, recipient_id, mailbox, data, status, attempts, queued_at,
    next_attempt_at, sent_to, subject, error)
  SELECT 'bare:granted:' || id, 'order_granted', subject_id, '', %(evidence)s::jsonb, 'queued', 0, %(now)s,
    %(now)s, '', '', '' FROM issued
)
SELECT id FROM issued
-- step: end
WITH moved AS (
  UPDATE access_grant SET status = 'revocation_pending', revoke_reason = 'ended_by_order', revoke_ordered_at = %(now)s,
    revoke_ordered_by_id = %(me)s, version = version + 1
  WHERE id = %(number)s AND status = 'active' RETURNING id, request_id
), asked AS (
  INSERT INTO task (kind, step, grant_id, round, status, created_at, due_on, verdict, reason, mail_trouble)
  SELECT 'revoke', 'revoke', id, 1, 'open', %(now)s, %(due)s, '', '', '' FROM moved RETURNING id
), addressees AS (
  INSERT INTO task_addressee (task_id, person_id, role, why, added_at)
  SELECT id, who, 'addressee', 'system_manager', %(now)s
  FROM asked, unnest(string_to_array(%(asked)s, ',')::int[]) AS who
), clocks AS (
  INSERT INTO task_clock (task_id, act, ask, fires_on)
  SELECT id, act, '', %(due)s FROM asked, unnest(string_to_array(%(acts)s, ',')) AS act
), logged AS (
  INSERT INTO audit_event (at, event, actor_id, actor_role, channel, object_type, object_id, request_id,
    state_from, state_to, reason, guards, evidence, documents, data)
  SELECT %(now)s, 'grant.revocation_ordered', %(me)s, 'subject', 'web', 'grant', id, request_id,
    '', '', 'ended_by_order', '[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb FROM moved
  UNION ALL
  SELECT %(now)s, 'task.asked', NULL, 'time', 'system', 'task', id, NULL,
    '', '', '', '[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{"asked": []}'::jsonb FROM asked
), mails AS (
  INSERT INTO outbox_mail (key, template, recipient_id, mailbox, task_id, data, status, attempts, queued_at,
    next_attempt_at, sent_to, subject, error)
  SELECT 'bare:task:' || id || ':' || who, 'task_asked', who, '', id, %(evidence)s::jsonb, 'queued', 0, %(now)s,
    %(now)s, '', '', '' FROM asked, unnest(string_to_array(%(asked)s, ',')::int[]) AS who
)
SELECT id FROM asked
-- step: remove
WITH answered AS (
  UPDATE task SET status = 'done', verdict = 'revoke', decided_at = %(now)s, decided_by_id = %(me)s
  WHERE id = %(number)s AND status = 'open' RETURNING grant_id
), removed AS (
  UPDATE access_grant g SET status = 'revoked', revoked_at = %(now)s, revoked_by_id = %(me)s, version = g.version + 1
  FROM answered WHERE g.id = answered.grant_id RETURNING g.id, g.request_id, g.subject_id
), moved AS (
  UPDATE access_request r SET state = 'revoked', state_since = %(now)s, version = r.version + 1
  FROM removed WHERE r.id = removed.request_id RETURNING r.id
), logged AS (
  INSERT INTO audit_event (at, event, actor_id, actor_role, channel, object_type, object_id, request_id,
    state_from, state_to, reason, round, guards, evidence, documents, data)
  SELECT %(now)s, 'request.revoke', %(me)s, 'system_manager', 'web', 'request', id, id,
    'granted', 'revoked', '', 1, %(guards)s::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb FROM moved
  UNION ALL
  SELECT %(now)s, 'grant.revoked', %(me)s, 'system_manager', 'web', 'grant', id, request_id,
    '', '', '', NULL, '[]'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb FROM removed
), mails AS (
  INSERT INTO outbox_mail (key, template, recipient_id, mailbox, data, status, attempts, queued_at,
    next_attempt_at, sent_to, subject, error)
  SELECT 'bare:revoked:' || id, 'grant_revoked', subject_id, '', %(evidence)s::jsonb, 'queued', 0, %(now)s,
    %(now)s, '', '', '' FROM removed
)
SELECT id FROM removed
