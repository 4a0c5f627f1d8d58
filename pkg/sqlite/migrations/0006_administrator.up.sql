-- The oldest account is taken for the first; from here on it is marked when it is made.
ALTER TABLE users ADD COLUMN administrator INTEGER NOT NULL DEFAULT 0 CHECK (administrator IN (0, 1));
UPDATE users SET administrator = 1 WHERE id = (SELECT id FROM users ORDER BY created_ms, id LIMIT 1);
CREATE UNIQUE INDEX users_administrator ON users(administrator) WHERE administrator = 1;
