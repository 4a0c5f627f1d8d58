ALTER TABLE verdicts DROP COLUMN by_user;
ALTER TABLE verdicts DROP COLUMN after_seq;
DROP INDEX access_logs_seq;
ALTER TABLE access_logs DROP COLUMN seq;
