DROP INDEX users_administrator;
ALTER TABLE users DROP COLUMN administrator;
