DROP TABLE models;
DROP TABLE verdicts;
ALTER TABLE access_logs DROP COLUMN evidence;
ALTER TABLE access_logs DROP COLUMN link;
ALTER TABLE access_logs DROP COLUMN if_known;
