-- The order in which accesses and verdicts came, which a clock that stepped does not tell. Old rows have their times.
ALTER TABLE access_logs ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE access_logs SET seq = n.seq FROM (
  SELECT id, row_number() OVER (PARTITION BY event_id ORDER BY at_ms, id) AS seq FROM access_logs
) AS n WHERE n.id = access_logs.id;
CREATE INDEX access_logs_seq ON access_logs(event_id, seq);
ALTER TABLE verdicts ADD COLUMN after_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verdicts ADD COLUMN by_user TEXT NOT NULL DEFAULT '';
UPDATE verdicts SET after_seq = (
  SELECT count(*) FROM access_logs a WHERE a.event_id = verdicts.event_id AND a.at_ms <= verdicts.at_ms
);
