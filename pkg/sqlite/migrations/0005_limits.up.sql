CREATE TABLE failed_sign_ins (
  id              INTEGER PRIMARY KEY,
  address_hash    BLOB NOT NULL UNIQUE,
  failures        INTEGER NOT NULL
) STRICT;

CREATE TABLE password_cost (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  memory_kib      INTEGER NOT NULL,
  passes          INTEGER NOT NULL
) STRICT;

-- Passwords that are there already were hashed with these.
INSERT INTO password_cost (id, memory_kib, passes)
SELECT 1, 19456, 2 WHERE EXISTS (SELECT 1 FROM users WHERE password_hash <> '');
