-- Names are folded without apostrophes and hyphens, and a phone number is found as it is written at home: what guests are
-- sorted and found by is made anew, by the functions of guest_search.go.
UPDATE guests SET name_key = doorward_fold(name) WHERE name_key <> doorward_fold(name);
DELETE FROM guest_terms;
INSERT OR IGNORE INTO guest_terms (event_id, kind, term, guest_id)
  SELECT g.event_id, t.value ->> 0, t.value ->> 1, g.id FROM guests g, json_each(doorward_terms(g.name, g.email, g.phone)) t;
