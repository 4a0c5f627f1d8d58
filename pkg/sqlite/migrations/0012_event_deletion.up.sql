ALTER TABLE events ADD COLUMN deleted_ms INTEGER NOT NULL DEFAULT 0 CHECK (deleted_ms >= 0);
CREATE INDEX events_deleted ON events(deleted_ms) WHERE deleted_ms > 0;
